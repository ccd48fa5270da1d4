/** One question to Redis, with an answer or an outage within a time that a caller can wait for. */
import { COMMAND_TIMEOUT } from './redis-client.ts'

/** The store does not answer: a 503 with Retry-After, never the client's fault. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError'
  constructor(cause: unknown) {
    super('the store does not answer', { cause })
  }
}

/** @throws StoreUnavailableError */
export async function ask<T>(command: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  // A cluster that is not reached holds commands back without a limit of its own.
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('Redis is late')), COMMAND_TIMEOUT)
  })
  try {
    return await Promise.race([command(), late])
  } catch (error) {
    throw new StoreUnavailableError(error)
  } finally {
    clearTimeout(timer)
  }
}
