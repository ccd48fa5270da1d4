/**
 * Sessions in Redis. Under the prefix, for each session, with its id as hash tag: `session:` (hash: owner, initialize, version,
 * level, bytes of the log), `log:` (stream), `requests:` (hash: stream and request → replica), `subscriptions:` (set). For each
 * person: `sessions:` (sorted set: session → when it began).
 */
import { ask } from '../redis/ask.ts'
import type { RedisClient } from '../redis/redis-client.ts'
import { frame } from '../replicas/bus.ts'
import { type Position, START } from '../replicas/position.ts'
import { busChannel } from '../replicas/redis-bus.ts'
import {
  type FoundSession,
  type LogEntry,
  MAX_OPEN_REQUESTS,
  MAX_SUBSCRIPTIONS,
  type OpenRequest,
  type Owner,
  type Session,
  type SessionLimits,
} from './session.ts'
import { APPEND, OPEN, SET_LOG_LEVEL, SUBSCRIBE, USE } from './session-scripts.ts'
import { READ_COUNT, type SessionStore } from './session-store.ts'
import { sessionTopic, writeNews } from './session-topic.ts'

export interface RedisSessionStoreOptions {
  client: RedisClient
  prefix: string
  limits: SessionLimits
  /** Milliseconds since the epoch. */
  now: () => number
}

/** A client with our scripts as commands: sent whole once, then by their hash. */
interface Scripted {
  mcpUseSession(...args: string[]): Promise<string[] | null>
  mcpSetLogLevel(...args: string[]): Promise<number>
  mcpSubscribe(...args: string[]): Promise<number>
  mcpOpenRequests(...args: string[]): Promise<string | null>
  mcpAppend(...args: string[]): Promise<string | null>
}

const SCRIPTS = {
  mcpUseSession: USE,
  mcpSetLogLevel: SET_LOG_LEVEL,
  mcpSubscribe: SUBSCRIBE,
  mcpOpenRequests: OPEN,
  mcpAppend: APPEND,
}

export class RedisSessionStore implements SessionStore {
  readonly #client: RedisClient
  readonly #scripts: Scripted
  readonly #prefix: string
  readonly #limits: SessionLimits
  readonly #now: () => number
  readonly #life: string

  constructor({ client, prefix, limits, now }: RedisSessionStoreOptions) {
    this.#client = client
    this.#prefix = prefix
    this.#limits = limits
    this.#now = now
    this.#life = String(limits.lifetime)
    for (const [name, lua] of Object.entries(SCRIPTS)) {
      client.defineCommand(name, { numberOfKeys: 4, lua })
    }
    this.#scripts = client as unknown as Scripted
  }

  async create({ id, owner, initialize, protocolVersion, logLevel }: Session): Promise<string[]> {
    const [key] = this.#keys(id)
    const fields = {
      owner: JSON.stringify(owner),
      initialize: JSON.stringify(initialize),
      version: protocolVersion,
      ...(logLevel !== undefined && { level: logLevel }),
    }
    await ask(() =>
      this.#client.multi().hset(key, fields).pexpire(key, this.#limits.lifetime).exec(),
    )
    return this.#count(owner, id)
  }

  async #count({ person }: Owner, id: string): Promise<string[]> {
    const key = `${this.#prefix}sessions:${person}`
    const { perPerson, lifetime } = this.#limits
    const members = await ask(async () => {
      // Kept longer than any session that is not used, so that none is forgotten while it lives.
      const results = await this.#client
        .multi()
        .zadd(key, String(this.#now()), id)
        .pexpire(key, 2 * lifetime)
        .zrange(key, '0', '-1')
        .exec()
      return (results?.[2]?.[1] ?? []) as string[]
    })
    if (members.length <= perPerson) return []
    const gone = await ask(() => this.#gone(members))
    const living = members.filter((member) => !gone.has(member))
    const ended = living.slice(0, Math.max(0, living.length - perPerson))
    const removed = [...gone, ...ended]
    if (removed.length > 0) await ask(() => this.#client.zrem(key, ...removed))
    await Promise.all(ended.map((member) => this.end(member)))
    return ended
  }

  async use(id: string): Promise<FoundSession | undefined> {
    const found = await ask(() => this.#scripts.mcpUseSession(...this.#keys(id), this.#life))
    if (found === null) return undefined
    const fields = new Map<string, string>()
    for (let at = 0; at < found.length; at += 2) fields.set(found[at] ?? '', found[at + 1] ?? '')
    const logLevel = fields.get('level')
    return {
      id,
      owner: JSON.parse(fields.get('owner') ?? '{}') as Owner,
      initialize: JSON.parse(fields.get('initialize') ?? '{}') as Record<string, unknown>,
      protocolVersion: fields.get('version') ?? '',
      logged: fields.get('logged') ?? START,
      ...(logLevel !== undefined && { logLevel }),
    }
  }

  async setLogLevel(id: string, level: string): Promise<void> {
    await ask(() => this.#scripts.mcpSetLogLevel(...this.#keys(id), level))
  }

  async subscribe(id: string, uri: string): Promise<boolean> {
    const args = [...this.#keys(id), this.#life, String(MAX_SUBSCRIPTIONS), uri]
    return (await ask(() => this.#scripts.mcpSubscribe(...args))) === 1
  }

  async unsubscribe(id: string, uri: string): Promise<void> {
    await ask(() => this.#client.srem(this.#keys(id)[3], uri))
  }

  async subscriptions(id: string): Promise<Set<string>> {
    return new Set(await ask(() => this.#client.smembers(this.#keys(id)[3])))
  }

  async end(id: string): Promise<boolean> {
    const keys = this.#keys(id)
    const results = await ask(() =>
      this.#client
        .multi()
        .del(keys[0])
        .del(...keys.slice(1))
        .exec(),
    )
    return results?.[0]?.[1] === 1
  }

  async open(
    id: string,
    stream: string,
    requests: readonly OpenRequest[],
  ): Promise<Position | undefined> {
    const fields = requests.flatMap((request) => [field(stream, request.id), request.replica])
    const args = [...this.#keys(id), this.#life, String(MAX_OPEN_REQUESTS), stream, ...fields]
    return (await ask(() => this.#scripts.mcpOpenRequests(...args))) ?? undefined
  }

  append(id: string, stream: string, message: string): Promise<Position | undefined> {
    return this.#log(id, stream, message, false, '')
  }

  answer(
    id: string,
    stream: string,
    { request, message, last }: { request: string | number; message: string; last: boolean },
  ): Promise<Position | undefined> {
    return this.#log(id, stream, message, last, field(stream, request))
  }

  async openRequests(id: string, stream: string): Promise<OpenRequest[]> {
    const all = await ask(() => this.#client.hgetall(this.#keys(id)[2]))
    const own = field(stream, '').slice(0, -2)
    return Object.entries(all).flatMap(([name, replica]) =>
      name.startsWith(own)
        ? [{ id: JSON.parse(name.slice(own.length)) as string | number, replica }]
        : [],
    )
  }

  async read(id: string, after: Position): Promise<LogEntry[]> {
    const [, log] = this.#keys(id)
    const found = await ask(() => this.#client.xrange(log, `(${after}`, '+', 'COUNT', READ_COUNT))
    return found.map(([position, [, stream = '', , message = '', , last]]) => {
      return { position, stream, message, last: last === '1' }
    })
  }

  async newest(id: string): Promise<Position> {
    const [, log] = this.#keys(id)
    const found = await ask(() => this.#client.xrevrange(log, '+', '-', 'COUNT', 1))
    return found[0]?.[0] ?? START
  }

  async #log(
    id: string,
    stream: string,
    message: string,
    last: boolean,
    closes: string,
  ): Promise<Position | undefined> {
    const { entries, bytes } = this.#limits
    const news = frame(sessionTopic(id), writeNews({ kind: 'logged', stream }))
    const args = [this.#life, String(entries), String(bytes), stream, message, last ? '1' : '']
    const rest = [closes, busChannel(this.#prefix), news]
    const position = await ask(() => this.#scripts.mcpAppend(...this.#keys(id), ...args, ...rest))
    return position ?? undefined
  }

  async #gone(ids: readonly string[]): Promise<Set<string>> {
    const existing = await Promise.all(ids.map((id) => this.#client.exists(this.#keys(id)[0])))
    return new Set(ids.filter((_id, at) => existing[at] === 0))
  }

  #keys(id: string): [session: string, log: string, requests: string, subscriptions: string] {
    const key = (kind: string) => `${this.#prefix}${kind}:{${id}}`
    return [key('session'), key('log'), key('requests'), key('subscriptions')]
  }
}

/** Of an open request; the id as JSON, because 1 and "1" are two requests. */
function field(stream: string, request: string | number): string {
  return `${stream} ${JSON.stringify(request)}`
}
