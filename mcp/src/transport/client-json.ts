/** What a client said, to be kept for it: written again as JSON. */
import { INVALID_REQUEST } from './json-rpc-error.ts'
import { Refused } from './refused.ts'

/** @throws Refused 400 for what can be read and not be written: it is nested too deeply */
export function clientJson(message: unknown): string {
  try {
    return JSON.stringify(message)
  } catch {
    throw new Refused(400, INVALID_REQUEST, 'Bad Request: the message is nested too deeply')
  }
}
