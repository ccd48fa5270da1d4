/**
 * Mailboxes in Redis: for each student a stream `{school}:messages:<id>`, and a set `{school}:unread:<id>` of the entries
 * that nobody has read. Each verb is one script, so that two replicas cannot disagree on what is new.
 */
import { randomUUID } from 'node:crypto'
import { MAILBOX_LIMIT, type Mailbox, type MessagePage, sentAt } from './mailbox.ts'
import type { SchoolRedis } from './school-redis.ts'

/** KEYS: messages, unread, sending. ARGV: limit, text, seconds. Of a full mailbox the oldest go, with their marks. */
const DELIVER = `
local sent = redis.call('GET', KEYS[3])
if sent then return sent end
while redis.call('XLEN', KEYS[1]) >= tonumber(ARGV[1]) do
  local oldest = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1][1]
  redis.call('XDEL', KEYS[1], oldest)
  redis.call('SREM', KEYS[2], oldest)
end
local position = redis.call('XADD', KEYS[1], '*', 'text', ARGV[2])
redis.call('SADD', KEYS[2], position)
redis.call('SET', KEYS[3], position, 'EX', ARGV[3])
return position`

/** KEYS: messages, unread. ARGV: end of the range, limit. One more than the limit is looked at, and not marked. */
const READ = `
local found = redis.call('XREVRANGE', KEYS[1], ARGV[1], '-', 'COUNT', ARGV[2] + 1)
local page = {}
for at = 1, math.min(#found, tonumber(ARGV[2])) do
  local position = found[at][1]
  page[at] = { position, found[at][2][2], redis.call('SREM', KEYS[2], position) }
end
return { page, #found }`

/** Seconds for which a delivery is known: a client repeats a command whose answer was lost with the connection. */
const REPEATED_WITHIN = 60

type ReadAnswer = [page: [position: string, text: string, isNew: number][], found: number]

export class RedisMailbox implements Mailbox {
  readonly #redis: SchoolRedis

  constructor(redis: SchoolRedis) {
    this.#redis = redis
  }

  async deliver(studentId: string, text: string): Promise<string> {
    const { client, key, ask } = this.#redis
    const keys = [...this.#keys(studentId), key(`sending:${randomUUID()}`)]
    const position = await ask(() =>
      client.eval(DELIVER, keys.length, ...keys, MAILBOX_LIMIT, text, REPEATED_WITHIN),
    )
    return sentAt(String(position))
  }

  async read(studentId: string, limit: number, olderThan?: string): Promise<MessagePage> {
    const { client, ask } = this.#redis
    const end = olderThan === undefined ? '+' : `(${olderThan}`
    const keys = this.#keys(studentId)
    const answer = await ask(() => client.eval(READ, keys.length, ...keys, end, limit))
    const [page, found] = answer as ReadAnswer
    const messages = page.map(([position, text, isNew]) => {
      return { position, sentAt: sentAt(position), text, isNew: isNew === 1 }
    })
    return { messages, more: found > limit }
  }

  async unread(studentId: string): Promise<number> {
    const { client, ask } = this.#redis
    const [, unread] = this.#keys(studentId)
    return await ask(() => client.scard(unread))
  }

  #keys(studentId: string): [messages: string, unread: string] {
    const { key } = this.#redis
    return [key(`messages:${studentId}`), key(`unread:${studentId}`)]
  }
}
