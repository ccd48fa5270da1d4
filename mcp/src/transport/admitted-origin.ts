/**
 * DNS rebinding (MCP, Streamable HTTP, "Security Warning"): a page is admitted from the public origin, and from this machine
 * where we listen on loopback; there a request must also name this machine as its host. The gateway sends no Origin.
 */
import type { IncomingHttpHeaders } from 'node:http'
import {
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  validateHostHeader,
  validateOriginHeader,
} from '@modelcontextprotocol/server'
import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify'
import { jsonRpcError, UNAVAILABLE } from './json-rpc-error.ts'

/** @param host that we listen on */
export function originGate(host: string, publicUrl: URL) {
  const isLocal = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host)
  const origins = isLocal
    ? [...localhostAllowedOrigins(), publicUrl.hostname]
    : [publicUrl.hostname]
  /** Nearly all requests name the same one. */
  let lastHost: string | undefined

  function refusal({ origin, host }: IncomingHttpHeaders): string | undefined {
    const page = origin === undefined ? undefined : validateOriginHeader(origin, origins)
    if (page?.ok === false) return page.message
    if (!isLocal || (host !== undefined && host === lastHost)) return undefined
    const named = validateHostHeader(host, localhostAllowedHostnames())
    if (!named.ok) return named.message
    lastHost = host
    return undefined
  }

  return (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void => {
    const refused = refusal(request.headers)
    if (refused === undefined) done()
    else void reply.code(403).send(jsonRpcError(UNAVAILABLE, refused))
  }
}
