/** Any page may call the endpoints of a room (C15): CORS headers on every answer, errors too, and preflights answered. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { publicCors, publicPreflight } from './cors.ts'

/** An onRequest hook; the room's routes name OPTIONS beside their own methods. */
export function allowAnyOrigin(methods: readonly string[]) {
  return async (
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply | undefined> => {
    if (request.method !== 'OPTIONS') {
      reply.headers(publicCors)
      return undefined
    }
    const asked = request.headers['access-control-request-headers']
    return reply.code(204).headers(publicPreflight(methods, asked)).send()
  }
}
