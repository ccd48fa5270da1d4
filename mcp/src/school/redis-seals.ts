/** Seals in Redis, one key to a command: `{school}:sealing-key`, and `{school}:used:<id>` for as long as the id counts. */
import { randomBytes, randomUUID } from 'node:crypto'
import type { SchoolRedis } from './school-redis.ts'
import type { Seals } from './seals.ts'

export class RedisSeals implements Seals {
  readonly #redis: SchoolRedis

  constructor(redis: SchoolRedis) {
    this.#redis = redis
  }

  /** Read each time: an emptied Redis gets a new key, and all replicas must have the same. */
  async key(): Promise<Uint8Array> {
    const { client, key, ask } = this.#redis
    const fresh = randomBytes(32).toString('base64')
    const kept = await ask(() => client.set(key('sealing-key'), fresh, 'NX', 'GET'))
    return Buffer.from(kept ?? fresh, 'base64')
  }

  async consume(id: string, lifetime: number): Promise<boolean> {
    const { client, key, ask } = this.#redis
    // The client of Redis sends again what was not answered: this call, met a second time, is no second use.
    const call = randomUUID()
    const kept = await ask(() => client.set(key(`used:${id}`), call, 'PX', lifetime, 'NX', 'GET'))
    return kept === null || kept === call
  }
}
