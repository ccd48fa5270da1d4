/** JSON answers of ours on a response that Fastify no longer holds: before mcp answered, or instead of its answer. */
import type { ServerResponse } from 'node:http'
import type { ChallengeError } from './challenge.ts'
import type { Failure } from './upstream-failure.ts'

/** Seconds. */
const RETRY_AFTER = '2'
/** JSON-RPC 2.0 §5.1: of the range for implementations. */
const UNAVAILABLE = -32000

/** @param ours names and values in turn, as in all of these */
export function sendFailure(
  response: ServerResponse,
  { status, message }: Failure,
  ours: readonly string[],
): void {
  const error = { code: UNAVAILABLE, message }
  const headers = [...ours, 'retry-after', RETRY_AFTER]
  sendJson(response, status, headers, { jsonrpc: '2.0', error, id: null })
}

/** The grant ended while mcp was at work. */
export function sendChallenge(
  response: ServerResponse,
  { status, code, description, challenge }: ChallengeError,
  ours: readonly string[],
): void {
  const headers = [...ours, 'www-authenticate', challenge]
  sendJson(response, status, headers, { error: code, error_description: description })
}

function sendJson(
  response: ServerResponse,
  status: number,
  headers: readonly string[],
  body: object,
): void {
  const text = JSON.stringify(body)
  response.writeHead(status, [
    ...headers,
    'content-type',
    'application/json; charset=utf-8',
    'content-length',
    String(Buffer.byteLength(text)),
    'cache-control',
    'no-store',
  ])
  response.end(text)
}
