/** Writes the roster into an empty Redis. Any number of replicas may do it at once; what was changed or removed since stays so. */
import type { RedisClient } from '../redis/redis-client.ts'
import { membersOf } from './army.ts'
import { nameKey } from './name.ts'
import type { Roster } from './school-store.ts'

export type RosterKeys = Record<'students' | 'armies' | 'names' | 'postings' | 'seeded', string>

/** Goes up when the roster's shape changes, so that a new release seeds what is new. */
const SEED_VERSION = '2'

/** Once a connection. */
export class Seeding {
  readonly #write: () => Promise<void>
  #done: Promise<void> | undefined

  constructor(client: RedisClient, keys: RosterKeys, roster: Roster) {
    this.#write = () => writeRoster(client, keys, roster)
  }

  done(): Promise<void> {
    if (this.#done === undefined) {
      const seeding = this.#write()
      this.#done = seeding
      seeding.catch(() => {
        if (this.#done === seeding) this.#done = undefined
      })
    }
    return this.#done
  }

  forget(): void {
    this.#done = undefined
  }
}

async function writeRoster(client: RedisClient, keys: RosterKeys, roster: Roster): Promise<void> {
  const { students, armies, names, postings, seeded } = keys
  if ((await client.get(seeded)) === SEED_VERSION) return
  const writes: Promise<unknown>[] = []
  for (const student of roster.students) {
    writes.push(client.hsetnx(students, student.id, JSON.stringify(student)))
    writes.push(client.hsetnx(names, nameKey(student.name), student.id))
  }
  for (const army of roster.armies) {
    const key = nameKey(army.name)
    writes.push(client.hsetnx(armies, key, JSON.stringify(army)))
    for (const id of membersOf(army)) writes.push(client.hsetnx(postings, id, key))
  }
  await Promise.all(writes)
  // Last, so that a seeding that was cut off is taken up again.
  await client.set(seeded, SEED_VERSION)
}
