/** The DPoP header of a request (RFC 9449 §4.1): its proof is checked, and taken once. */
import type { FastifyRequest } from 'fastify'
import { checkDpopProof, type DpopProof, PROOF_LIFE, PROOF_SKEW } from '../oauth/dpop-proof.ts'
import { OAuthError } from '../oauth/error.ts'
import { headerValues } from '../oauth/raw-headers.ts'
import { sha256 } from '../oauth/token-value.ts'
import type { Store } from '../store/store.ts'

/**
 * The proof that a request brings, checked; undefined where it brings none.
 * @param htu the endpoint's public URL
 * @param now milliseconds since the epoch
 * @throws OAuthError `invalid_dpop_proof`
 */
export async function proofOf(
  request: FastifyRequest,
  htu: string,
  now: number,
): Promise<DpopProof | undefined> {
  const values = headerValues(request.raw.rawHeaders, 'dpop')
  return values.length === 0 ? undefined : checkDpopProof(values, { htm: request.method, htu }, now)
}

/**
 * RFC 9449 §11.1: a second use is refused, on every replica, for as long as the proof could pass its check of `iat`, and for
 * as much longer as the clocks of replicas may differ. Only a hash is kept. To be called when all else is in order: anybody
 * can make proofs, and nobody may fill the store with them.
 * @throws OAuthError `invalid_dpop_proof`, StoreUnavailableError
 */
export async function takeProof(store: Store, proof: DpopProof | undefined): Promise<void> {
  if (proof === undefined) return
  const once = sha256(JSON.stringify(['dpop', proof.jkt, proof.jti, proof.htu]))
  const life = (PROOF_LIFE + 2 * PROOF_SKEW) * 1000
  if ((await store.claim('spent', once, { version: 1 }, life)) === undefined) return
  throw new OAuthError('invalid_dpop_proof', 'the DPoP proof was used before')
}
