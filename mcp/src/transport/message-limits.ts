/** What no message of a client may be, whichever way it came: refused before any method is reached. */
import type { JSONRPCRequest } from '@modelcontextprotocol/server'
import { INVALID_REQUEST } from './json-rpc-error.ts'
import { Refused } from './refused.ts'

/** Characters; ids are kept with open requests, and progress tokens come back in each notification of progress. */
const LONGEST_ID = 256

/** What was remembered of one must not be what another asked. @throws Refused 400 */
export function checkIds(requests: readonly JSONRPCRequest[]): void {
  const ids = new Set(requests.map(({ id }) => id))
  const isLong = requests.some(
    ({ id, params }) => isLongId(id) || isLongId(params?._meta?.progressToken),
  )
  if (ids.size === requests.length && !isLong) return
  const message = `Each request has an id of its own; ids and progress tokens have at most ${LONGEST_ID} characters`
  throw new Refused(400, INVALID_REQUEST, message)
}

function isLongId(id: unknown): boolean {
  return typeof id === 'string' && id.length > LONGEST_ID
}
