/** A refusal of the transport, before any method is reached, and how whatever was thrown is answered: as JSON-RPC. */
import type { ServerResponse } from 'node:http'
import { StoreUnavailableError } from '../redis/ask.ts'
import { sendJson, sendUnavailable } from './answers.ts'
import { INTERNAL_ERROR, jsonRpcError } from './json-rpc-error.ts'

export class Refused extends Error {
  override readonly name = 'Refused'
  readonly status: number
  readonly code: number
  /** Seconds. */
  readonly retryAfter: number | undefined
  constructor(status: number, code: number, message: string, retryAfter?: number) {
    super(message)
    this.status = status
    this.code = code
    this.retryAfter = retryAfter
  }
}

/** @param body of the request */
export function answerRefusal(
  response: ServerResponse,
  error: Error,
  body: unknown,
  onError: (error: Error) => void,
): void {
  if (response.headersSent) {
    onError(error)
    response.destroy()
  } else if (error instanceof Refused) {
    const { status, code, message, retryAfter } = error
    const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }
    sendJson(response, status, jsonRpcError(code, message, body), headers)
  } else {
    onError(error)
    if (error instanceof StoreUnavailableError) sendUnavailable(response, body)
    else sendJson(response, 500, jsonRpcError(INTERNAL_ERROR, 'Internal error', body))
  }
}
