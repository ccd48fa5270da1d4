/** Errors that the transport answers with, in place of a method (JSON-RPC 2.0 §5.1). */
import type { JSONRPCErrorResponse, RequestId } from '@modelcontextprotocol/server'

export const PARSE_ERROR = -32700
export const INVALID_REQUEST = -32600
export const INVALID_PARAMS = -32602
export const INTERNAL_ERROR = -32603
/** Of the range for implementations. */
export const UNAVAILABLE = -32000
export const SESSION_NOT_FOUND = -32001

/** Answers a request whose id is known to be one. */
export function errorFor(
  id: RequestId,
  code: number,
  message: string,
): JSONRPCErrorResponse & { id: RequestId } {
  return { jsonrpc: '2.0', id, error: { code, message } }
}

/** @param body of the request where it could be parsed: its id is repeated, else null */
export function jsonRpcError(code: number, message: string, body?: unknown) {
  return { jsonrpc: '2.0', error: { code, message }, id: requestId(body) }
}

function requestId(body: unknown): string | number | null {
  if (typeof body !== 'object' || body === null || !('id' in body)) return null
  return typeof body.id === 'string' || typeof body.id === 'number' ? body.id : null
}
