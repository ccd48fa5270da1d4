/** The DPoP header of a request (RFC 9449 §4.1): its proof is checked, and taken once. */
import type { FastifyRequest } from 'fastify'
import { checkDpopProof, type DpopProof, PROOF_LIFE, PROOF_SKEW } from '../oauth/dpop-proof.ts'
import { OAuthError } from '../oauth/error.ts'
import { headerValues } from '../oauth/raw-headers.ts'
import { sha256 } from '../oauth/token-value.ts'
import type { Store } from '../store/store.ts'

/**
 * The thumbprint of the key that the request proves; undefined where it sends no proof.
 * @param htu the endpoint's public URL
 * @throws OAuthError `invalid_dpop_proof`, StoreUnavailableError
 */
export async function provenKey(
  { store, now }: { store: Store; now: () => number },
  request: FastifyRequest,
  htu: string,
): Promise<string | undefined> {
  const values = headerValues(request.raw.rawHeaders, 'dpop')
  if (values.length === 0) return undefined
  const proof = await checkDpopProof(values, { htm: request.method, htu }, now())
  await takeProof(store, proof)
  return proof.jkt
}

/**
 * RFC 9449 §11.1: a second use is refused, on every replica, for as long as the proof could pass its check of `iat`, and for
 * as much longer as the clocks of replicas may differ. Only a hash is kept.
 * @throws OAuthError `invalid_dpop_proof`, StoreUnavailableError
 */
export async function takeProof(store: Store, { jkt, jti, htu }: DpopProof): Promise<void> {
  const once = sha256(JSON.stringify(['dpop', jkt, jti, htu]))
  const life = (PROOF_LIFE + 2 * PROOF_SKEW) * 1000
  if ((await store.claim('spent', once, { version: 1 }, life)) === undefined) return
  throw new OAuthError('invalid_dpop_proof', 'the DPoP proof was used before')
}
