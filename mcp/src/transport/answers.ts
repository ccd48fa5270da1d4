/** Answers of /mcp that are whole at once, on a response that Fastify has let go of. */
import type { ServerResponse } from 'node:http'
import { jsonRpcError, UNAVAILABLE } from './json-rpc-error.ts'

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  const json = Buffer.from(JSON.stringify(body))
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': json.length,
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
