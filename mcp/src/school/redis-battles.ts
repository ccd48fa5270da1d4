/**
 * The battles in Redis: `{school}:battles` (id → record), `{school}:open:<army>` (ids by start, those yet to be fought),
 * `{school}:fought` (ids, latest first) and `{school}:tallies` (wins:<army>, losses:<army>). Armies are named by name key.
 * The client of Redis sends again what was not answered: ids tell a call that arrives twice from a second one.
 */
import {
  BATTLE_HISTORY,
  BATTLE_LENGTH,
  type Battle,
  battleRecord,
  fought,
  isSameBattle,
  MOST_OPEN_BATTLES,
  type Report,
  startOf,
} from './battle.ts'
import type { Battles, Reporting, Scheduling } from './battles.ts'
import { nameKey } from './name.ts'
import type { SchoolRedis } from './school-redis.ts'

/**
 * KEYS battles, open of one, open of the other; ARGV id, record, start, bounds of the time taken, most open.
 * The records that keep the armies from it, or the one that was written; where an army has too many: 0 or 1, which one.
 */
const schedule = `
local taken = {}
for i = 2, 3 do
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[i], ARGV[4], ARGV[5])) do
    taken[#taken + 1] = redis.call('HGET', KEYS[1], id)
  end
end
if #taken > 0 then return taken end
for i = 2, 3 do
  if redis.call('ZCARD', KEYS[i]) >= tonumber(ARGV[6]) then return i - 2 end
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
for i = 2, 3 do redis.call('ZADD', KEYS[i], ARGV[3], ARGV[1]) end
return { ARGV[2] }
`

/**
 * KEYS battles, open of one, open of the other, fought, tallies; ARGV id, record as it was read, record once fought, key of
 * the winner, of the loser, most remembered. The record that is there afterwards.
 */
const report = `
local kept = redis.call('HGET', KEYS[1], ARGV[1])
if kept ~= ARGV[2] then return kept end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
for i = 2, 3 do redis.call('ZREM', KEYS[i], ARGV[1]) end
redis.call('HINCRBY', KEYS[5], 'wins:' .. ARGV[4], 1)
redis.call('HINCRBY', KEYS[5], 'losses:' .. ARGV[5], 1)
redis.call('LPUSH', KEYS[4], ARGV[1])
while redis.call('LLEN', KEYS[4]) > tonumber(ARGV[6]) do
  redis.call('HDEL', KEYS[1], redis.call('RPOP', KEYS[4]))
end
return ARGV[3]
`

type Scripted = Record<'schoolSchedule' | 'schoolReport', (...args: (string | number)[]) => unknown>

export class RedisBattles implements Battles {
  readonly #redis: SchoolRedis
  readonly #scripted: Scripted

  constructor(redis: SchoolRedis) {
    this.#redis = redis
    redis.client.defineCommand('schoolSchedule', { numberOfKeys: 3, lua: schedule })
    redis.client.defineCommand('schoolReport', { numberOfKeys: 5, lua: report })
    this.#scripted = redis.client as unknown as Scripted
  }

  async schedule(battle: Battle): Promise<Scheduling> {
    const start = startOf(battle)
    const answer = await this.#redis.ask(async () =>
      this.#scripted.schoolSchedule(
        this.#redis.key('battles'),
        ...this.#open(battle),
        battle.id,
        JSON.stringify(battle),
        start,
        `(${start - BATTLE_LENGTH}`,
        `(${start + BATTLE_LENGTH}`,
        MOST_OPEN_BATTLES,
      ),
    )
    if (typeof answer === 'number') {
      return { outcome: 'full', army: battle.armies[answer === 0 ? 0 : 1] }
    }
    const taken = (answer as string[]).map(parseBattle)
    if (taken.some(({ id }) => id === battle.id)) return { outcome: 'scheduled', battle }
    const same = taken.find((open) => isSameBattle(open, battle))
    if (same !== undefined) return { outcome: 'known', battle: same }
    const [other] = taken
    if (other === undefined) throw new TypeError('a script of the school answered nothing')
    return { outcome: 'busy', battle: other }
  }

  async battle(id: string): Promise<Battle | undefined> {
    const record = await this.#record(id)
    return record === null ? undefined : parseBattle(record)
  }

  async report(id: string, report: Report): Promise<Reporting> {
    const record = await this.#record(id)
    if (record === null) return { outcome: 'unknown' }
    const battle = parseBattle(record)
    if (battle.status === 'fought') return { outcome: 'fought', battle }
    const done = fought(battle, report)
    const { winner = '', loser = '' } = done.result ?? {}
    const { key, ask } = this.#redis
    const kept = await ask(async () =>
      this.#scripted.schoolReport(
        key('battles'),
        ...this.#open(battle),
        key('fought'),
        key('tallies'),
        id,
        record,
        JSON.stringify(done),
        nameKey(winner),
        nameKey(loser),
        BATTLE_HISTORY,
      ),
    )
    if (typeof kept !== 'string') return { outcome: 'unknown' }
    const now = parseBattle(kept)
    return { outcome: now.result?.id === report.id ? 'reported' : 'fought', battle: now }
  }

  #open(battle: Battle): string[] {
    return battle.armies.map((army) => this.#redis.key(`open:${nameKey(army)}`))
  }

  #record(id: string): Promise<string | null> {
    const { client, key, ask } = this.#redis
    return ask(() => client.hget(key('battles'), id))
  }
}

export function parseBattle(record: string): Battle {
  return battleRecord.parse(JSON.parse(record))
}
