/**
 * DPoP proofs (RFC 9449 §4): a JWT by which a client shows, for one request, that it holds a key. Pure: that a proof was used
 * before, and that its key is the right one, is for the caller to ask.
 */
import { calculateJwkThumbprint, EmbeddedJWK, type JWK, jwtVerify } from 'jose'
import { OAuthError } from './error.ts'
import { isPublicJwk } from './public-jwk.ts'
import { SIGNING_ALGORITHMS } from './signing-algorithms.ts'

export interface DpopProof {
  /** The SHA-256 thumbprint of its key (RFC 7638). */
  jkt: string
  jti: string
  /** Normalized. */
  htu: string
}

export interface ProvenRequest {
  htm: string
  /** Our own public URL of the endpoint: the request's Host is the word of whoever sent it. */
  htu: string
  /** Base64url of the SHA-256 of the access token, where one is presented. */
  ath?: string
}

/** Seconds that a proof is good for. Clocks of desktops are off by minutes, and what is used once may be old. */
export const PROOF_LIFE = 300
/** Seconds that a proof may be from the future. */
export const PROOF_SKEW = 60
/** RFC 9449 §11.1: a jti that is larger than needed is no jti. */
const MAX_JTI = 256

/**
 * The checks of RFC 9449 §4.3, by its numbers.
 * @param values of every DPoP header of the request
 * @param now milliseconds since the epoch
 * @throws OAuthError `invalid_dpop_proof`
 */
export async function checkDpopProof(
  values: readonly string[],
  { htm, htu, ath }: ProvenRequest,
  now: number,
): Promise<DpopProof> {
  const [proof, ...more] = values
  // (1)
  if (proof === undefined) throw refused('there is none')
  if (more.length > 0) throw refused('there is more than one DPoP header')
  const { jwk, claims } = await verified(proof, now)
  // (3) No nonce is ever given, so there is none to compare (10).
  const { jti, iat } = claims
  if (typeof jti !== 'string' || jti === '' || jti.length > MAX_JTI) {
    throw refused('its jti is missing or too long')
  }
  // (8), (9)
  if (claims.htm !== htm) throw refused('its htm is not the method of the request')
  const target = normalized(htu)
  if (typeof claims.htu !== 'string' || normalized(claims.htu) !== target) {
    throw refused('its htu is not the URL of the request')
  }
  // (11)
  const age = Math.floor(now / 1000) - (typeof iat === 'number' ? iat : Number.NaN)
  if (!(age <= PROOF_LIFE && age >= -PROOF_SKEW)) {
    throw refused('its iat is missing, too old, or in the future')
  }
  // (12)
  if (ath !== undefined && claims.ath !== ath) throw refused('its ath is not the access token')
  return { jkt: await calculateJwkThumbprint(jwk, 'sha256'), jti, htu: target }
}

/** (2), (4) to (7) */
async function verified(proof: string, now: number) {
  try {
    const { payload, protectedHeader } = await jwtVerify(
      proof,
      (header, token) => {
        if (!header.jwk || !isPublicJwk(header.jwk)) throw new TypeError('no public key')
        return EmbeddedJWK(header, token)
      },
      {
        typ: 'dpop+jwt',
        algorithms: SIGNING_ALGORITHMS,
        clockTolerance: PROOF_SKEW,
        currentDate: new Date(now),
      },
    )
    return { jwk: protectedHeader.jwk as JWK, claims: payload }
  } catch (cause) {
    // Nothing here is ours to fail: the key, too, was sent by the client.
    throw refused('it is no dpop+jwt that is signed by its own public key', cause)
  }
}

/** RFC 3986 §6.2.2, §6.2.3, without query and fragment; of what is no URL, nothing. */
function normalized(uri: string): string {
  if (!URL.canParse(uri)) return ''
  const url = new URL(uri.replace(/%[0-9a-f]{2}/gi, unescaped))
  url.search = ''
  url.hash = ''
  return url.href
}

/** RFC 3986 §6.2.2.1, §6.2.2.2: an octet that needs no escape has none, others are in upper case. */
function unescaped(octet: string): string {
  const character = String.fromCharCode(Number.parseInt(octet.slice(1), 16))
  return /[\w.~-]/.test(character) ? character : octet.toUpperCase()
}

function refused(why: string, cause?: unknown): OAuthError {
  const description = `the DPoP proof is refused: ${why}`
  return new OAuthError('invalid_dpop_proof', description, cause === undefined ? {} : { cause })
}
