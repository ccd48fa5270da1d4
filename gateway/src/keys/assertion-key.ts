/**
 * The ES256 key that signs student assertions, derived from a secret, so that every replica has it without asking.
 * FIPS 186-5 §A.2.1: 128 bits more than the order of P-256 keep the reduction free of bias.
 */
import {
  createECDH,
  createHash,
  createPrivateKey,
  hkdfSync,
  type KeyObject,
  sign,
} from 'node:crypto'
import type { JWK } from 'jose'

export interface AssertionKey {
  /** RFC 7638 thumbprint. */
  readonly kid: string
  /** RFC 7517 §4: what /jwks shows. */
  readonly publicJwk: JWK
  /** A JWS in compact form (RFC 7515 §7.1). */
  sign(typ: string, payload: object): string
}

/** Order of P-256 (FIPS 186-5, SP 800-186 §3.2.1.3). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
const CANDIDATE_BYTES = 48

export function deriveAssertionKey(secret: string): AssertionKey {
  const candidate = Buffer.from(
    hkdfSync('sha256', secret, '', 'mcp gateway: ES256 assertion key v1', CANDIDATE_BYTES),
  )
  const scalar = (BigInt(`0x${candidate.toString('hex')}`) % (ORDER - 1n)) + 1n
  const d = Buffer.from(scalar.toString(16).padStart(64, '0'), 'hex')
  const ecdh = createECDH('prime256v1')
  ecdh.setPrivateKey(d)
  const point = ecdh.getPublicKey()
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
  }
  const kid = thumbprint(jwk)
  const privateKey = createPrivateKey({
    format: 'jwk',
    key: { ...jwk, d: d.toString('base64url') },
  })
  return {
    kid,
    publicJwk: { ...jwk, kid, use: 'sig', alg: 'ES256' },
    sign: (typ, payload) => signCompact(privateKey, { alg: 'ES256', typ, kid }, payload),
  }
}

// node:crypto, not jose: half the time, and this is on the way of a call (RFC 7518 §3.4: r and s, not DER).
function signCompact(key: KeyObject, header: object, payload: object): string {
  const input = `${base64url(header)}.${base64url(payload)}`
  const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

// RFC 7638 §3.2: the required members, in lexicographic order.
function thumbprint({
  kty,
  crv,
  x,
  y,
}: {
  kty: string
  crv: string
  x: string
  y: string
}): string {
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url')
}
