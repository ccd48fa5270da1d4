/** Text and addresses that a stranger chose, made safe to look at (Unicode TR 36; RFC 9700 §4.16 on what a person sees). */
import { isLoopback } from '../oauth/loopback.ts'

const MAX_NAME = 80
// Controls, and format characters: bidi overrides and zero-width signs make a name read as another.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}]/gu

export function claimedName(name: string | undefined, fallback: string): string {
  const visible = (name ?? '').normalize('NFC').replace(INVISIBLE, '').replace(/\s+/g, ' ').trim()
  if (visible === '') return fallback
  const characters = [...visible]
  return characters.length > MAX_NAME ? `${characters.slice(0, MAX_NAME - 1).join('')}…` : visible
}

export interface Destination {
  /** What is shown large: the host, in ASCII as it is resolved, or the scheme of an app. */
  host: string
  kind: 'web' | 'loopback' | 'app'
}

export function destinationOf(redirectUri: string): Destination {
  const url = new URL(redirectUri)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return { host: `${url.protocol}//${url.host}`, kind: 'app' }
  }
  const loopback = isLoopback(url)
  return { host: url.host, kind: loopback ? 'loopback' : 'web' }
}
