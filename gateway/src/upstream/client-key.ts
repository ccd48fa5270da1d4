/**
 * Our own private key at a provider (OpenID Connect Core §9, private_key_jwt): PEM, or one JWK (RFC 7517 §4).
 *
 * A certificate beside the key in the PEM, or `x5t#S256` in the JWK, is named in each assertion (RFC 7515 §4.1.8): Entra ID
 * finds the key by it, others by the key id.
 */
import { createHash, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { type CryptoKey, importJWK, type JWK } from 'jose'

export interface ClientKey {
  /** What is signed with (RFC 7518 §3.1). */
  readonly alg: string
  readonly keyId: string | undefined
  readonly thumbprint: string | undefined
  cryptoKey(): Promise<CryptoKey>
}

/** Its message never holds any of what was read. */
export class ClientKeyError extends Error {
  override readonly name = 'ClientKeyError'
}

const RSA = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']
const CURVES: Record<string, string> = { 'P-256': 'ES256', 'P-384': 'ES384', 'P-521': 'ES512' }
const RSA_BITS = 2048
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/

/** @throws ClientKeyError */
export function readClientKey(text: string): ClientKey {
  const { key, said } = text.trim().startsWith('{') ? fromJwk(text) : fromPem(text)
  const jwk = key.export({ format: 'jwk' }) as JWK
  const alg = said.alg ?? (jwk.kty === 'RSA' ? 'RS256' : (CURVES[jwk.crv ?? ''] ?? 'EdDSA'))
  const possible =
    jwk.kty === 'RSA'
      ? RSA.includes(alg)
      : alg === (CURVES[jwk.crv ?? ''] ?? (jwk.crv === 'Ed25519' ? 'EdDSA' : undefined))
  if (!possible)
    throw new ClientKeyError('is no key to sign with, or its alg is not one of its own')
  // RFC 7518 §3.3
  if (jwk.kty === 'RSA' && (key.asymmetricKeyDetails?.modulusLength ?? 0) < RSA_BITS) {
    throw new ClientKeyError(`is an RSA key of less than ${RSA_BITS} bits`)
  }
  let imported: Promise<CryptoKey> | undefined
  return {
    alg,
    keyId: said.kid,
    thumbprint: said['x5t#S256'],
    cryptoKey() {
      imported ??= importJWK(jwk, alg) as Promise<CryptoKey>
      return imported
    },
  }
}

interface Read {
  key: KeyObject
  said: { alg?: string; kid?: string; 'x5t#S256'?: string }
}

function fromJwk(text: string): Read {
  const jwk = parsed(text)
  // RFC 7517 §4.2: a key for something else is not taken for this.
  if (jwk.use !== undefined && jwk.use !== 'sig') throw new ClientKeyError('is not for signatures')
  const said = Object.fromEntries(
    Object.entries(jwk).filter(([, value]) => typeof value === 'string'),
  )
  return { key: privateKey({ key: jwk, format: 'jwk' }), said }
}

function parsed(text: string): JWK {
  try {
    return JSON.parse(text) as JWK
  } catch {
    throw new ClientKeyError('is not JSON')
  }
}

function fromPem(text: string): Read {
  if (text.includes('ENCRYPTED'))
    throw new ClientKeyError('is encrypted: give it without a password')
  const key = privateKey(text)
  const [certificate] = CERTIFICATE.exec(text) ?? []
  return {
    key,
    said: certificate === undefined ? {} : { 'x5t#S256': thumbprint(certificate, key) },
  }
}

function privateKey(from: Parameters<typeof createPrivateKey>[0]): KeyObject {
  try {
    return createPrivateKey(from)
  } catch {
    throw new ClientKeyError('is no private key: a PEM (PKCS #8) or a JWK is expected')
  }
}

function thumbprint(pem: string, key: KeyObject): string {
  let certificate: X509Certificate
  try {
    certificate = new X509Certificate(pem)
  } catch {
    throw new ClientKeyError('has a certificate beside it that cannot be read')
  }
  if (!certificate.checkPrivateKey(key)) {
    throw new ClientKeyError('has a certificate of another key beside it')
  }
  return createHash('sha256').update(certificate.raw).digest('base64url')
}
