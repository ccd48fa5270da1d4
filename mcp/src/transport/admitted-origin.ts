/**
 * DNS rebinding (MCP, Streamable HTTP, "Security Warning"): a page is admitted from the public origin, and from this machine
 * where we listen on loopback; there a request must also name this machine as its host. The gateway sends no Origin.
 */
import {
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  validateHostHeader,
  validateOriginHeader,
} from '@modelcontextprotocol/server'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { jsonRpcError, UNAVAILABLE } from './json-rpc-error.ts'

/** @param host that we listen on */
export function originGate(host: string, publicUrl: URL) {
  const isLocal = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host)
  const origins = isLocal
    ? [...localhostAllowedOrigins(), publicUrl.hostname]
    : [publicUrl.hostname]

  return async (
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply | undefined> => {
    const results = [
      validateOriginHeader(request.headers.origin, origins),
      ...(isLocal ? [validateHostHeader(request.headers.host, localhostAllowedHostnames())] : []),
    ]
    const refused = results.find((result) => !result.ok)
    if (refused === undefined || refused.ok) return undefined
    return await reply.code(403).send(jsonRpcError(UNAVAILABLE, refused.message))
  }
}
