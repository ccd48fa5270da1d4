/** Every request to the provider: bounded in time and size, no redirects, and the one address that is replaced. */
import type { CustomFetch } from 'openid-client'
import { UpstreamError } from './upstream.ts'

/** Milliseconds, the body included. */
const TIMEOUT = 5_000
/** Bytes; a large JWKS is some 30 kB. */
const MAX_ANSWER = 1024 * 1024

/** @param internal read in place of the issuer's own discovery document, and of nothing else */
export function providerFetch(issuer: string, internal: URL | undefined): CustomFetch {
  const discoveryUrl = new URL(
    `${new URL(issuer).href.replace(/\/$/, '')}/.well-known/openid-configuration`,
  ).href
  return async (url, options) => {
    const target = internal && url === discoveryUrl ? internal.href : url
    const response = await fetch(target, {
      ...(options as RequestInit),
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT),
    })
    const body = await bounded(response)
    return new Response([204, 205, 304].includes(response.status) ? null : body, {
      status: response.status,
      statusText: response.statusText,
      headers: response.headers,
    })
  }
}

async function bounded(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength
    if (length > MAX_ANSWER) {
      throw new UpstreamError('invalid', `the provider’s answer is larger than ${MAX_ANSWER} bytes`)
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
