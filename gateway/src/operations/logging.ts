/**
 * How the gateway logs: one JSON line an event, with the request's id. Never a query (it holds codes and states), a
 * header that authenticates, or a body.
 */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { LoggerOptions } from 'pino'

export function logOptions(level: string): LoggerOptions {
  return {
    level,
    base: { service: 'gateway' },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    serializers: {
      req: (request: FastifyRequest) => ({ method: request.method, path: pathOf(request.url) }),
      err: describeError,
    },
  }
}

/** One line a step of the flow, so that «Claude shows only an id» can be answered (C58). */
export async function logStep(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  request.log.info(
    {
      method: request.method,
      path: pathOf(request.url),
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
      address: request.ip,
      user_agent: request.headers['user-agent']?.slice(0, 256),
    },
    'answered',
  )
}

function pathOf(url: string): string {
  return (url.split('?', 1)[0] ?? '').slice(0, 256)
}

// Only what we wrote ourselves: an error of a library may quote what it was given (a token endpoint's answer, a URL).
function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: 'not an error' }
  const { code, detail } = error as { code?: unknown; detail?: unknown }
  return {
    type: error.name,
    message: error.message.slice(0, 500),
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof detail === 'string' ? { detail } : {}),
    ...(error.cause instanceof Error ? { cause: describeError(error.cause) } : {}),
    ...(error.stack === undefined ? {} : { stack: error.stack.slice(0, 2000) }),
  }
}
