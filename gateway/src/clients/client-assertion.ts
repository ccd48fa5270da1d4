/**
 * `private_key_jwt` (RFC 7521 §4.2, RFC 7523 §2.2, §3; OpenID Connect Core §9): the client proves that it holds a key.
 *
 * `aud` is one string, our issuer or one of our endpoints: an assertion made for several servers could be used at another by
 * whichever got it first. Each assertion is taken once.
 */
import { decodeJwt, type JSONWebKeySet } from 'jose'
import type { PublicUrls } from '../oauth/issuer.ts'
import { SIGNING_ALGORITHMS } from '../oauth/signing-algorithms.ts'
import { sha256 } from '../oauth/token-value.ts'
import { verifyJwt } from '../oauth/verify-jwt.ts'
import type { Store } from '../store/store.ts'
import type { Client } from './client.ts'
import type { Clients } from './clients.ts'

/** Seconds that clocks may differ. */
const SKEW = 60
/** Seconds: an assertion that is good for longer is a password. */
const MAX_LIFE = 3600

/** The client that an assertion speaks of: not believed, only looked up. */
export function readClaimedClientId(assertion: string): string | undefined {
  try {
    const { sub } = decodeJwt(assertion)
    return typeof sub === 'string' && sub !== '' ? sub : undefined
  } catch {
    return undefined
  }
}

/** @returns a check whose answer says nothing of why. It @throws ClientDocumentError, StoreUnavailableError */
export function createAssertionCheck(parts: {
  clients: Clients
  store: Store
  urls: PublicUrls
  now: () => number
}): (client: Client, assertion: string, from: string) => Promise<boolean> {
  const { clients, store, urls, now } = parts
  const audiences = new Set([
    urls.issuer,
    urls.tokenEndpoint,
    urls.revocationEndpoint,
    urls.introspectionEndpoint,
    urls.pushedAuthorizationRequestEndpoint,
  ])

  /** What it says; undefined where it proves nothing. */
  async function payloadOf(client: Client, assertion: string, from: string) {
    const keysOf = async (again: boolean) =>
      (await clients.keysOf(client, again, from)) as JSONWebKeySet
    const known = await keysOf(false)
    // Those that stand in the metadata are all there are.
    const read = async (missing: boolean) =>
      missing && client.jwks_uri !== undefined ? keysOf(true) : known
    const verified = await verifyJwt(assertion, read, {
      algorithms: SIGNING_ALGORITHMS,
      // RFC 7523 §3 (1), (2): both are the client.
      issuer: client.client_id,
      subject: client.client_id,
      requiredClaims: ['exp', 'aud'],
      clockTolerance: SKEW,
      currentDate: new Date(now()),
    })
    return verified instanceof Error ? undefined : verified.payload
  }

  return async (client, assertion, from) => {
    const payload = await payloadOf(client, assertion, from)
    if (payload === undefined) return false
    const { aud, exp = 0, jti } = payload
    const left = exp - Math.floor(now() / 1000)
    if (typeof aud !== 'string' || !audiences.has(aud) || left > MAX_LIFE + SKEW) return false
    // RFC 7523 §3 (7): one without a jti is known by what was signed; the signature has several spellings.
    const signed = assertion.slice(0, assertion.lastIndexOf('.'))
    // Only a hash is kept: whoever registered a key may make a jti of 60 kB.
    const once = sha256(JSON.stringify(['assertion', client.client_id, jti ?? signed]))
    const taken = await store.claim('spent', once, { version: 1 }, (left + 2 * SKEW) * 1000)
    return taken === undefined
  }
}
