/** A new secret for .env: 256 random bits, in letters that need no quotes. */
import { randomBytes } from 'node:crypto'

export function freshSecret(): string {
  return randomBytes(32).toString('base64url')
}
