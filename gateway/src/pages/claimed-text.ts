/** Text and addresses that a stranger chose, made safe to look at (Unicode TR 36; RFC 9700 §4.16 on what a person sees). */
import { isLoopback } from '../oauth/loopback.ts'
import { type Html, html } from './html.ts'

const MAX_CHARACTERS = 80
// Controls, bidi overrides, zero-width and filler characters: what makes a name read as another, or as nothing.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]/gu
// Three marks on one letter are enough for every living script; a tower of them covers the lines around it.
const STACKED_MARKS = /(\p{M}{3})\p{M}+/gu

/** A name on one line, of at most 80 characters, isolated from the text around it; undefined where nothing can be seen. */
export function claimedName(name: string | undefined): Html | undefined {
  const visible = (name ?? '')
    .replace(/\p{White_Space}+/gu, ' ')
    .replace(INVISIBLE, '')
    .normalize('NFC')
    .replace(STACKED_MARKS, '$1')
    .replace(/ +/g, ' ')
    .trim()
  const characters = [...visible]
  if (characters.length === 0) return undefined
  const tooLong = characters.length > MAX_CHARACTERS
  return html`<bdi>${characters.slice(0, MAX_CHARACTERS)}${tooLong && '…'}</bdi>`
}

export interface Destination {
  /** What is shown large: the host in ASCII, as it is resolved, or the scheme and host of an app. */
  host: string
  kind: 'web' | 'loopback' | 'app'
}

/** @param redirectUri a registered one, so it parses */
export function destinationOf(redirectUri: string): Destination {
  const url = new URL(redirectUri)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return { host: url.host === '' ? url.protocol : `${url.protocol}//${url.host}`, kind: 'app' }
  }
  return { host: url.host, kind: isLoopback(url) ? 'loopback' : 'web' }
}
