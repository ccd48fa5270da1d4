/** `logging/setLevel` with a level that is none: -32602 (MCP 2025-11-25 Logging, "Error Handling"); the SDK says -32603. */
import type { JSONRPCErrorResponse, JSONRPCRequest, McpServer } from '@modelcontextprotocol/server'
import { errorFor, INVALID_PARAMS } from './json-rpc-error.ts'

/** RFC 5424 §6.2.1. */
const LEVELS: readonly unknown[] = [
  'debug',
  'info',
  'notice',
  'warning',
  'error',
  'critical',
  'alert',
  'emergency',
]

/** @returns the answer, where it needs no server to be found */
export function refusedLevel(
  { id, method, params }: JSONRPCRequest,
  { server }: McpServer,
): (JSONRPCErrorResponse & { id: string | number }) | undefined {
  if (method !== 'logging/setLevel' || LEVELS.includes(params?.level)) return undefined
  // Without the capability there is no such method.
  if (server.getCapabilities().logging === undefined) return undefined
  return errorFor(id, INVALID_PARAMS, `A log level is one of ${LEVELS.join(', ')}`)
}
