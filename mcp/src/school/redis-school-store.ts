/**
 * The school in Redis. Under the prefix: `{school}:students` (id → record), `{school}:armies` (name key → record), the
 * indexes `{school}:student-names` (name key → id) and `{school}:postings` (student id → name key of the army), and
 * `{school}:seeded`. All keys are in one slot of a Redis Cluster; only commands of Redis 7.0.
 */
import { ask, StoreUnavailableError } from '../redis/ask.ts'
import type { RedisClient } from '../redis/redis-client.ts'
import { type Army, armyRecord } from './army.ts'
import { nameKey } from './name.ts'
import { parseBattle, RedisBattles } from './redis-battles.ts'
import { RedisMailbox } from './redis-mailbox.ts'
import { RedisSeals } from './redis-seals.ts'
import { type RosterKeys, Seeding } from './redis-seeding.ts'
import type { SchoolRedis } from './school-redis.ts'
import type { Roster, SchoolStore, Scoreboard } from './school-store.ts'
import { type Student, studentRecord } from './student.ts'
import { withTally } from './tally.ts'

export interface RedisSchoolStoreOptions {
  client: RedisClient
  prefix: string
  roster: Roster
  /** Told when the connection is lost, once until it is back. */
  onLost(error: Error): void
}

export class RedisSchoolStore implements SchoolStore {
  readonly battles: RedisBattles
  readonly mailbox: RedisMailbox
  readonly seals: RedisSeals
  readonly #client: RedisClient
  readonly #keys: RosterKeys & Record<'battles' | 'tallies', string>
  readonly #seeding: Seeding

  constructor({ client, prefix, roster, onLost }: RedisSchoolStoreOptions) {
    this.#client = client
    const key = (name: string) => `${prefix}{school}:${name}`
    this.#keys = {
      students: key('students'),
      armies: key('armies'),
      names: key('student-names'),
      postings: key('postings'),
      seeded: key('seeded'),
      battles: key('battles'),
      tallies: key('tallies'),
    }
    this.#seeding = new Seeding(client, this.#keys, roster)
    const redis: SchoolRedis = { client, key, ask: (command) => this.#ask(command) }
    this.battles = new RedisBattles(redis)
    this.mailbox = new RedisMailbox(redis)
    this.seals = new RedisSeals(redis)
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
      client.on(event, () => this.#seeding.forget())
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

  async studentIds(): Promise<string[]> {
    return await this.#ask(() => this.#client.hkeys(this.#keys.students))
  }

  async armyNamed(name: string): Promise<Army | undefined> {
    const key = nameKey(name)
    const [record, [wins, losses]] = await this.#ask(() =>
      Promise.all([
        this.#client.hget(this.#keys.armies, key),
        this.#client.hmget(this.#keys.tallies, `wins:${key}`, `losses:${key}`),
      ]),
    )
    if (record === null) return undefined
    return withTally(parseArmy(record), { wins: Number(wins), losses: Number(losses) })
  }

  async armyOf(studentId: string): Promise<Army | undefined> {
    const key = await this.#ask(() => this.#client.hget(this.#keys.postings, studentId))
    return key === null ? undefined : this.armyNamed(key)
  }

  async armyNames(): Promise<string[]> {
    const records = await this.#ask(() => this.#client.hvals(this.#keys.armies))
    return records.map((record) => parseArmy(record).name)
  }

  async scoreboard(): Promise<Scoreboard> {
    const { armies, battles, tallies } = this.#keys
    const parts = await this.#ask(() =>
      this.#client.multi().hvals(armies).hvals(battles).hgetall(tallies).exec(),
    )
    const [records, fights, counted] = (parts ?? []).map(([error, part]) => {
      if (error) throw new StoreUnavailableError(error)
      return part
    })
    const tally = counted as Record<string, string>
    return {
      armies: (records as string[]).map(parseArmy).map((army) => {
        const key = nameKey(army.name)
        const wins = Number(tally[`wins:${key}`] ?? 0)
        return withTally(army, { wins, losses: Number(tally[`losses:${key}`] ?? 0) })
      }),
      battles: (fights as string[]).map(parseBattle),
    }
  }

  async ping(): Promise<void> {
    await this.#ask(() => this.#client.get(this.#keys.seeded))
  }

  /** @throws StoreUnavailableError */
  #ask<T>(command: () => Promise<T>): Promise<T> {
    return ask(() => this.#seeding.done().then(command))
  }
}

function parseStudent(record: string): Student {
  return studentRecord.parse(JSON.parse(record))
}

function parseArmy(record: string): Army {
  return armyRecord.parse(JSON.parse(record))
}
