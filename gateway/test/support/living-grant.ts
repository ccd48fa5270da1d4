/** A grant as a login leaves it, without the login. */
import { mintToken, newGrantId } from '../../src/oauth/token-value.ts'
import type { Store } from '../../src/store/store.ts'
import { personIdOf } from '../../src/students/directory.ts'
import { grantOf } from '../store/store-promises.ts'

/** Letters and digits that nothing else has. */
export function anyToken(): string {
  return newGrantId()
    .replace(/[^A-Za-z0-9]/g, 'x')
    .toLowerCase()
}

/** @returns its id; its code lives for a minute of the real clock and more */
export async function livingGrant(
  store: Store,
  { iss, sub }: { iss: string; sub: string },
  studentId: string,
): Promise<string> {
  const id = newGrantId()
  const code = mintToken('code', id)
  await store.open(
    grantOf(id, { iss, sub, studentId, personId: personIdOf(iss, sub) }),
    { lastUsedAt: Date.parse('2026-11-29T12:00:00Z'), address: '127.0.0.1' },
    { hash: code.reference.hash, expiresAt: Date.parse('2126-01-01T00:00:00Z') },
  )
  return id
}
