/** How the store asks Redis: by the scripts as well, and never for longer than two seconds. */
import { sha256 } from '../oauth/token-value.ts'
import { COMMAND_TIMEOUT, connectRedis, type RedisClient } from './redis-client.ts'
import { scripts } from './scripts.ts'
import { StoreUnavailableError } from './store.ts'

const PLAIN_ID = /^[A-Za-z0-9_-]{1,64}$/

type Scripted = Record<keyof typeof scripts, (...args: (string | number)[]) => Promise<unknown>>

export interface RedisCommands {
  client: RedisClient
  /** Each with its one key first. */
  scripted: Scripted
  /** @throws StoreUnavailableError within two seconds, whatever Redis does */
  ask<T>(command: () => Promise<T>): Promise<T>
}

/** @param onLost told when the connection is lost, once until it is back */
export function createRedisCommands(url: string, onLost: (error: Error) => void): RedisCommands {
  const client = connectRedis(url)
  for (const [name, lua] of Object.entries(scripts)) {
    client.defineCommand(name, { numberOfKeys: 1, lua })
  }
  let lost = false
  client.on('ready', () => {
    lost = false
  })
  client.on('error', (error: Error) => {
    if (!lost) onLost(error)
    lost = true
  })
  return { client, scripted: client as unknown as Scripted, ask }
}

/** Ids come from strangers; what is not plainly an id is known by its hash. */
export function idInKey(id: string): string {
  return PLAIN_ID.test(id) ? id : `h.${sha256(id)}`
}

async function ask<T>(command: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('Redis is late')), COMMAND_TIMEOUT)
  })
  try {
    return await Promise.race([command(), late])
  } catch (error) {
    if (error instanceof StoreUnavailableError) throw error
    throw new StoreUnavailableError(error)
  } finally {
    clearTimeout(timer)
  }
}
