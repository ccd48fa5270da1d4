/**
 * Every key of the gateway, derived from SECRET_KEY by HKDF (RFC 5869) under a label of its own (docs/adr/0012). No store,
 * no files: replicas with the same secret open what the others sealed. Former secrets still open and verify.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { CompactEncrypt, compactDecrypt, errors } from 'jose'
import { type AssertionKey, deriveAssertionKey } from './assertion-key.ts'
import type { Keys } from './keys.ts'

export interface KeysOptions {
  current: string
  former: readonly string[]
  /** Milliseconds since the epoch. */
  now: () => number
}

/** What one secret gives. */
interface Family {
  /** Says which secret, and nothing about it. */
  kid: string
  sealing: Uint8Array
  encryption: Uint8Array
  assertion: AssertionKey
}

/** NIST SP 800-38D §8.2.2: 96 random bits. */
const IV_BYTES = 12
const TAG_BYTES = 16
const FORMAT = 'v1'

export function createKeys({ current, former, now }: KeysOptions): Keys {
  const family = deriveFamily(current)
  const families = new Map([family, ...former.map(deriveFamily)].map((each) => [each.kid, each]))

  return {
    seal(purpose, payload, expiresAt) {
      return (
        new CompactEncrypt(Buffer.from(JSON.stringify({ expiresAt, payload })))
          // RFC 8725 §3.11: the purpose is the type, so that one seal never passes for another.
          .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: family.kid, typ: purpose })
          .encrypt(family.sealing)
      )
    },

    async unseal(purpose, sealed) {
      try {
        const { plaintext, protectedHeader } = await compactDecrypt(
          sealed,
          ({ kid }) => keyOf(families, kid).sealing,
          { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] },
        )
        if (protectedHeader.typ !== purpose) return undefined
        const { expiresAt, payload } = JSON.parse(Buffer.from(plaintext).toString())
        return expiresAt > now() ? payload : undefined
      } catch (error) {
        if (error instanceof errors.JOSEError) return undefined
        throw error
      }
    },

    encrypt(binding, plaintext) {
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', family.encryption, iv)
      cipher.setAAD(additionalData(family.kid, binding))
      const text = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()])
      const sealed = Buffer.concat([text, cipher.getAuthTag()])
      return [FORMAT, family.kid, iv.toString('base64url'), sealed.toString('base64url')].join('.')
    },

    decrypt(binding, ciphertext) {
      const [format, kid = '', iv, sealed, ...rest] = ciphertext.split('.')
      const key = families.get(kid)?.encryption
      const nonce = decode(iv)
      const bytes = decode(sealed)
      if (format !== FORMAT || rest.length > 0 || !key) return undefined
      if (nonce?.length !== IV_BYTES || !bytes || bytes.length < TAG_BYTES) return undefined
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
      decipher.setAAD(additionalData(kid, binding))
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
      const text = decipher.update(bytes.subarray(0, -TAG_BYTES))
      try {
        return Buffer.concat([text, decipher.final()]).toString('utf8')
      } catch {
        // The tag does not fit: another binding, or not what we wrote.
        return undefined
      }
    },

    signAssertion: async (claims) => family.assertion.sign('at+jwt', claims),
    jwks: { keys: [...families.values()].map(({ assertion }) => assertion.publicJwk) },
  }
}

function deriveFamily(secret: string): Family {
  const derive = (label: string, bytes: number) =>
    new Uint8Array(hkdfSync('sha256', secret, '', `mcp gateway: ${label} v1`, bytes))
  return {
    kid: Buffer.from(derive('key id', 9)).toString('base64url'),
    sealing: derive('A256GCM sealing key', 32),
    encryption: derive('A256GCM encryption key', 32),
    assertion: deriveAssertionKey(secret),
  }
}

function keyOf(families: Map<string, Family>, kid: string | undefined): Family {
  const family = families.get(kid ?? '')
  if (!family) throw new errors.JWEDecryptionFailed('the key id is not ours')
  return family
}

function additionalData(kid: string, binding: string): Buffer {
  return Buffer.from(`${FORMAT}.${kid}.${binding}`)
}

/** base64url in its one canonical spelling (RFC 4648 §3.5), so that no changed character is overlooked. */
function decode(value: string | undefined): Buffer | undefined {
  const bytes = Buffer.from(value ?? '', 'base64url')
  return bytes.toString('base64url') === value ? bytes : undefined
}
