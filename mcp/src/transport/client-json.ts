/** What a client said, to be kept for it: written again as JSON. */
import type { JSONRPCMessage } from '@modelcontextprotocol/server'
import { INVALID_REQUEST } from './json-rpc-error.ts'
import { Refused } from './refused.ts'

/** Characters of a notification: every call of the session that waits is given it. */
const LONGEST_NOTIFICATION = 64 * 1024
/** Characters of an answer, which one call is given. It may carry a picture, and is in the log with everything else. */
const LONGEST_ANSWER = 1024 * 1024

/** @throws Refused 413 for what is too long */
export function clientMessageJson(message: JSONRPCMessage): string {
  const json = clientJson(message)
  const [what, most] =
    'method' in message ? ['A notification', LONGEST_NOTIFICATION] : ['An answer', LONGEST_ANSWER]
  if (json.length > most) {
    throw new Refused(413, INVALID_REQUEST, `${what} has at most ${most} characters`)
  }
  return json
}

/** @throws Refused 400 for what can be read and not be written: it is nested too deeply */
export function clientJson(message: unknown): string {
  try {
    return JSON.stringify(message)
  } catch {
    throw new Refused(400, INVALID_REQUEST, 'Bad Request: the message is nested too deeply')
  }
}
