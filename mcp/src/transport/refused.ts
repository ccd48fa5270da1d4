/** A refusal of the transport, before any method is reached: an HTTP status, and JSON-RPC in the body. */

export class Refused extends Error {
  override readonly name = 'Refused'
  readonly status: number
  readonly code: number
  constructor(status: number, code: number, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}
