/**
 * The school in Redis. Under the prefix: `school:students` (id → record), `school:armies` (name key → record), the indexes
 * `school:student-names` (name key → id) and `school:postings` (student id → name key of the army), and `school:seeded`.
 * Each command touches one key, so all of it runs on any Redis Cluster; only commands of Redis 7.0.
 */
import { ask } from '../redis/ask.ts'
import type { RedisClient } from '../redis/redis-client.ts'
import { type Army, armyRecord, membersOf } from './army.ts'
import { nameKey } from './name.ts'
import type { Roster, SchoolStore } from './school-store.ts'
import { type Student, studentRecord } from './student.ts'

export interface RedisSchoolStoreOptions {
  client: RedisClient
  prefix: string
  roster: Roster
  /** Told when the connection is lost, once until it is back. */
  onLost(error: Error): void
}

/** Goes up when the roster's shape changes, so that a new release seeds what is new. */
const SEED_VERSION = '1'

export class RedisSchoolStore implements SchoolStore {
  readonly #client: RedisClient
  readonly #roster: Roster
  readonly #keys: Record<'students' | 'armies' | 'names' | 'postings' | 'seeded', string>
  #seeded: Promise<void> | undefined

  constructor({ client, prefix, roster, onLost }: RedisSchoolStoreOptions) {
    this.#client = client
    this.#roster = roster
    this.#keys = {
      students: `${prefix}school:students`,
      armies: `${prefix}school:armies`,
      names: `${prefix}school:student-names`,
      postings: `${prefix}school:postings`,
      seeded: `${prefix}school:seeded`,
    }
    let lost = false
    client.on('ready', () => {
      lost = false
    })
    client.on('error', (error: Error) => {
      if (!lost) onLost(error)
      lost = true
    })
    // Whatever is behind the next connection may have been emptied.
    for (const event of ['close', '+node']) {
      client.on(event, () => {
        this.#seeded = undefined
      })
    }
  }

  async students(ids: readonly string[]): Promise<Student[]> {
    if (ids.length === 0) return []
    const records = await this.#ask(() => this.#client.hmget(this.#keys.students, ...ids))
    return records.flatMap((record) => (record === null ? [] : parseStudent(record)))
  }

  async studentNamed(name: string): Promise<Student | undefined> {
    const id = await this.#ask(() => this.#client.hget(this.#keys.names, nameKey(name)))
    if (id === null) return undefined
    const [student] = await this.students([id])
    return student
  }

  async studentNames(): Promise<string[]> {
    const records = await this.#ask(() => this.#client.hvals(this.#keys.students))
    return records.map((record) => parseStudent(record).name)
  }

  async armyNamed(name: string): Promise<Army | undefined> {
    const record = await this.#ask(() => this.#client.hget(this.#keys.armies, nameKey(name)))
    return record === null ? undefined : parseArmy(record)
  }

  async armyOf(studentId: string): Promise<Army | undefined> {
    const key = await this.#ask(() => this.#client.hget(this.#keys.postings, studentId))
    return key === null ? undefined : this.armyNamed(key)
  }

  async armyNames(): Promise<string[]> {
    const records = await this.#ask(() => this.#client.hvals(this.#keys.armies))
    return records.map((record) => parseArmy(record).name)
  }

  async ping(): Promise<void> {
    await this.#ask(() => this.#client.get(this.#keys.seeded))
  }

  async close(): Promise<void> {
    this.#client.disconnect()
  }

  /** @throws StoreUnavailableError */
  #ask<T>(command: () => Promise<T>): Promise<T> {
    return ask(() => this.#seed().then(command))
  }

  /** Once a connection. Any number of replicas may do it at once, and what was changed or removed since stays so. */
  #seed(): Promise<void> {
    if (this.#seeded === undefined) {
      const seeding = this.#writeRoster()
      this.#seeded = seeding
      seeding.catch(() => {
        if (this.#seeded === seeding) this.#seeded = undefined
      })
    }
    return this.#seeded
  }

  async #writeRoster(): Promise<void> {
    const { students, armies, names, postings, seeded } = this.#keys
    if ((await this.#client.get(seeded)) === SEED_VERSION) return
    const writes: Promise<unknown>[] = []
    for (const student of this.#roster.students) {
      writes.push(this.#client.hsetnx(students, student.id, JSON.stringify(student)))
      writes.push(this.#client.hsetnx(names, nameKey(student.name), student.id))
    }
    for (const army of this.#roster.armies) {
      const key = nameKey(army.name)
      writes.push(this.#client.hsetnx(armies, key, JSON.stringify(army)))
      for (const id of membersOf(army)) writes.push(this.#client.hsetnx(postings, id, key))
    }
    await Promise.all(writes)
    // Last, so that a seeding that was cut off is taken up again.
    await this.#client.set(seeded, SEED_VERSION)
  }
}

function parseStudent(record: string): Student {
  return studentRecord.parse(JSON.parse(record))
}

function parseArmy(record: string): Army {
  return armyRecord.parse(JSON.parse(record))
}
