/**
 * A connection has a bounded number of requests that wait for their answer (RFC 9112 §9.3.2 lets a client send on without
 * reading): Node takes in whatever a read brings, so that one client could fill the memory with pages that it never reads.
 */
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

/** No client of the field pipelines; a proxy that does sends a few at a time. */
const MOST = 32

const waiting = new WeakMap<Socket, number>()

/** Ends the connection of a client that goes beyond it. */
export function boundPipelining(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    const { socket } = request.raw
    const others = waiting.get(socket) ?? 0
    if (others >= MOST || socket.destroyed) {
      reply.hijack()
      socket.destroy()
      return
    }
    waiting.set(socket, others + 1)
    reply.raw.once('close', () => waiting.set(socket, (waiting.get(socket) ?? 1) - 1))
    done()
  })
}
