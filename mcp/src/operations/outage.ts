/**
 * What was found silent while one request was answered. A tool's failure would leave as HTTP 200, so whoever meets the
 * outage notes it here, and the endpoint answers 503 before the first byte goes out.
 */
import type { AuthInfo } from '@modelcontextprotocol/server'

export class Outage {
  #cause: Error | undefined

  get cause(): Error | undefined {
    return this.#cause
  }

  note(cause: Error): void {
    this.#cause ??= cause
  }
}

/** Travels with the caller, the one thing that the SDK hands to every handler of both eras. */
export function outageOf(authInfo: AuthInfo | undefined): Outage {
  const outage = authInfo?.extra?.outage
  return outage instanceof Outage ? outage : new Outage()
}
