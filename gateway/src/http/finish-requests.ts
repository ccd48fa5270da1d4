/** A process that is told to go answers what has come to it: a code that is redeemed and not answered would be lost. */
import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'

/** Milliseconds that each of the two kinds of rooms has; both together are less than the farewell of the process. */
const FINISH_WITHIN = 700
const LOOK_EVERY = 10

/** Before the connections of `app` are closed, its requests under way are answered. */
export function finishRequests(app: FastifyInstance): void {
  let underWay = 0
  app.addHook('onRequest', (_request, reply, done) => {
    underWay++
    // Not onResponse, which is not called for a client that left.
    reply.raw.once('close', () => underWay--)
    done()
  })
  app.addHook('preClose', () => settled(() => underWay === 0))
}

/** Resolves when it is so, or when the time is over. */
export async function settled(isSo: () => boolean): Promise<void> {
  const until = performance.now() + FINISH_WITHIN
  while (!isSo() && performance.now() < until) await wait(LOOK_EVERY)
}
