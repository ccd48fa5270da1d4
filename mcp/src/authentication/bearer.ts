/** The gate of the MCP endpoint: no valid assertion, no request (RFC 6750 §2.1, §3). Runs before any body is read. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { InvalidAssertionError } from './assertion.ts'
import { KeysUnavailableError } from './gateway-keys.ts'
import type { Caller } from './person.ts'

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | undefined
  }
}

/** Seconds after which a client may try again. */
const RETRY_AFTER = 2

export function bearerGate(verify: (token: string) => Promise<Caller>) {
  return async (
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply | undefined> => {
    try {
      const token = bearerToken(request)
      if (token === undefined) {
        // RFC 6750 §3.1: without authentication information the challenge carries no error code.
        return await reply.code(401).header('www-authenticate', 'Bearer').send(unauthorized)
      }
      request.caller = await verify(token)
    } catch (error) {
      if (error instanceof InvalidAssertionError) {
        request.log.warn({ err: error }, 'assertion refused')
        return await reply
          .code(401)
          .header(
            'www-authenticate',
            `Bearer error="invalid_token", error_description="${error.message}"`,
          )
          .send({ error: 'invalid_token', error_description: error.message })
      }
      if (error instanceof KeysUnavailableError) {
        request.log.error({ err: error }, 'assertion cannot be verified')
        return await reply.code(503).header('retry-after', RETRY_AFTER).send({
          error: 'temporarily_unavailable',
          error_description: 'the assertion cannot be verified now',
        })
      }
      throw error
    }
  }
}

const unauthorized = {
  error: 'invalid_request',
  error_description: 'an assertion of the gateway is needed',
}

/** Read from the raw headers: of two Authorization headers Node silently keeps the first. */
function bearerToken(request: FastifyRequest): string | undefined {
  const values: string[] = []
  const { rawHeaders } = request.raw
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at]?.toLowerCase() === 'authorization') values.push(rawHeaders[at + 1] ?? '')
  }
  if (values.length > 1) throw new InvalidAssertionError('more than one Authorization header')
  return /^Bearer +([^\s]+) *$/i.exec(values[0] ?? '')?.[1]
}
