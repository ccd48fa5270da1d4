/** Answers of /mcp that are whole at once, on a response that Fastify has let go of. */
import type { ServerResponse } from 'node:http'
import { messageJson } from '../written-once.ts'
import { jsonRpcError, UNAVAILABLE } from './json-rpc-error.ts'

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers?: Record<string, string>,
): void {
  sendText(response, status, messageJson(body), headers)
}

/** A string leaves in one piece with its head, a Buffer would be a piece of its own. */
export function sendText(
  response: ServerResponse,
  status: number,
  json: string,
  headers?: Record<string, string>,
): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(json),
    ...headers,
  })
  response.end(json)
}

/** Our own trouble, that passes. @param body of the request */
export function sendUnavailable(response: ServerResponse, body?: unknown): void {
  const error = jsonRpcError(UNAVAILABLE, 'Temporarily unavailable, try again', body)
  sendJson(response, 503, error, { 'retry-after': RETRY_AFTER })
}

/** Seconds. */
const RETRY_AFTER = '2'
