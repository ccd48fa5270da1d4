/**
 * The public keys of an issuer that is trusted by configuration: found by its discovery document (OpenID Connect Discovery §4),
 * kept, and read again where one is missing. No redirect is followed, and an answer is bounded (`provider-fetch.ts`).
 */
import type { JSONWebKeySet } from 'jose'
import { isLoopback } from '../oauth/loopback.ts'
import type { ReadKeys } from '../oauth/verify-jwt.ts'
import { asUpstreamError } from './failure.ts'
import { providerFetch } from './provider-fetch.ts'
import { UpstreamError } from './upstream.ts'

/** Milliseconds. A key that was taken back is good for as long at most while the issuer answers. */
const LIFETIME = 600_000
/** What was read is good for as long while the issuer does not answer. */
const LAST_WORD = 3_600_000
/** After a failure. */
const BACKOFF = 2_000

/**
 * @param parts `discoveryUrl`: the document's internal address, where the issuer itself cannot be reached from here.
 * `cooldown`: milliseconds between two readings for the sake of a missing key, since strangers can name any
 * @returns their reading, which @throws UpstreamError
 */
export function createIssuerKeys(parts: {
  issuer: string
  discoveryUrl?: string | undefined
  cooldown: number
  now: () => number
}): ReadKeys {
  const { issuer, cooldown, now } = parts
  const internal = parts.discoveryUrl ? new URL(parts.discoveryUrl) : undefined
  const fetch = providerFetch(issuer, internal)
  let known: { keys: JSONWebKeySet; at: number } | undefined
  let failed: { error: UpstreamError; at: number } | undefined
  let pending: Promise<JSONWebKeySet> | undefined

  async function object(url: string): Promise<Record<string, unknown>> {
    const headers = { accept: 'application/json' }
    const response = await fetch(url, { method: 'GET', headers, body: null, redirect: 'manual' })
    if (response.status >= 500 || response.status === 429) {
      throw new UpstreamError('unavailable', `the issuer answered ${response.status}`)
    }
    const body: unknown = await response.json().catch(() => undefined)
    if (response.status !== 200 || typeof body !== 'object' || body === null) {
      throw new UpstreamError('misconfigured', `the issuer answered ${response.status}, or no JSON`)
    }
    return body as Record<string, unknown>
  }

  async function download(): Promise<JSONWebKeySet> {
    const base = new URL(issuer).href.replace(/\/$/, '')
    const metadata = await object(`${base}/.well-known/openid-configuration`)
    // OpenID Connect Discovery §4.3: exactly.
    if (metadata.issuer !== issuer) {
      throw new UpstreamError('misconfigured', 'the discovery document names another issuer')
    }
    const { keys } = await object(keysAddress(metadata.jwks_uri))
    if (!Array.isArray(keys) || !keys.every((key) => typeof key === 'object' && key !== null)) {
      throw new UpstreamError('misconfigured', 'the issuer has no key set')
    }
    return { keys } as JSONWebKeySet
  }

  /** Plain http is for loopback and for the origin that the operator named. */
  function keysAddress(value: unknown): string {
    const url = URL.canParse(String(value)) ? new URL(String(value)) : undefined
    const plain =
      url?.protocol === 'http:' &&
      (url.origin === internal?.origin || (isLoopback(new URL(issuer)) && isLoopback(url)))
    if (url?.protocol === 'https:' || plain) return String(value)
    throw new UpstreamError('misconfigured', 'the issuer’s jwks_uri is not https')
  }

  async function ask(): Promise<JSONWebKeySet> {
    try {
      const keys = await download()
      known = { keys, at: now() }
      failed = undefined
      return keys
    } catch (cause) {
      const error = asUpstreamError(cause)
      failed = { error, at: now() }
      throw error
    }
  }

  return async (missing) => {
    const age = known === undefined ? Number.POSITIVE_INFINITY : now() - known.at
    if (known && age < (missing ? cooldown : LIFETIME)) return known.keys
    try {
      // An issuer that is down is not asked by every request.
      if (failed && now() - failed.at < BACKOFF) throw failed.error
      pending ??= ask().finally(() => {
        pending = undefined
      })
      return await pending
    } catch (error) {
      // They do not hold the missing one: whether it is the issuer's is not known.
      if (known && !missing && now() - known.at < LAST_WORD) return known.keys
      throw error
    }
  }
}
