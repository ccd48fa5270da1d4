/**
 * Assertions that were verified, until they expire: the gateway sends the same one again for up to a minute, and a
 * signature costs more than all else. Bounded, so that no flood of assertions can fill the memory.
 */
import { InvalidAssertionError } from './assertion.ts'
import type { Caller } from './person.ts'

const LIMIT = 10_000

/**
 * @param verify what is asked for an assertion not seen before
 * @param now ms since the epoch
 */
export function rememberVerified(
  verify: (token: string) => Promise<Caller>,
  now: () => number,
  limit = LIMIT,
): (token: string) => Promise<Caller> {
  // The promise is kept, so that many calls with one new assertion verify it once.
  const verified = new Map<string, Promise<Caller>>()
  return async (token) => {
    let pending = verified.get(token)
    if (pending === undefined) {
      if (verified.size >= limit) {
        const oldest = verified.keys().next()
        if (!oldest.done) verified.delete(oldest.value)
      }
      pending = verify(token)
      verified.set(token, pending)
      pending.catch(() => verified.delete(token))
    }
    const caller = await pending
    if (caller.expiresAt * 1000 > now()) return caller
    verified.delete(token)
    throw new InvalidAssertionError('the assertion has expired')
  }
}
