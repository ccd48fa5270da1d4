/** What a client said, to be kept for it: written again as JSON. */
import type { JSONRPCMessage } from '@modelcontextprotocol/server'
import { INVALID_REQUEST } from './json-rpc-error.ts'
import { Refused } from './refused.ts'

/** Characters of a notification: every call of the session that waits reads it. Answers may carry what they were asked for. */
const LONGEST_NOTIFICATION = 64 * 1024

/** @throws Refused 413 for a notification that is too long */
export function clientMessageJson(message: JSONRPCMessage): string {
  const json = clientJson(message)
  if ('method' in message && json.length > LONGEST_NOTIFICATION) {
    const limit = `A notification has at most ${LONGEST_NOTIFICATION} characters`
    throw new Refused(413, INVALID_REQUEST, limit)
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
