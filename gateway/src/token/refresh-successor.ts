/**
 * A refresh token that must be given twice (the grace rule) is kept sealed under a key derived from the token before it:
 * who holds only the store cannot read it, who presents the old token again can.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

const IV_LENGTH = 12
const TAG_LENGTH = 16

/** @param old the refresh token being used, as presented */
export function sealSuccessor(old: string, successor: string): string {
  const iv = randomBytes(IV_LENGTH)
  const cipher = createCipheriv('aes-256-gcm', keyFrom(old), iv)
  const ciphertext = Buffer.concat([cipher.update(successor, 'utf8'), cipher.final()])
  return Buffer.concat([iv, ciphertext, cipher.getAuthTag()]).toString('base64url')
}

/** @throws where `old` is not the token it was sealed under: the store is then inconsistent */
export function unsealSuccessor(old: string, sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64url')
  const decipher = createDecipheriv('aes-256-gcm', keyFrom(old), bytes.subarray(0, IV_LENGTH), {
    authTagLength: TAG_LENGTH,
  })
  decipher.setAuthTag(bytes.subarray(-TAG_LENGTH))
  const plain = decipher.update(bytes.subarray(IV_LENGTH, -TAG_LENGTH))
  return Buffer.concat([plain, decipher.final()]).toString('utf8')
}

// The token itself has 256 bits of entropy, so HKDF without salt is enough (RFC 5869 §3.1).
function keyFrom(old: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', old, '', 'refresh successor', 32))
}
