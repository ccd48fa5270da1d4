/** Sessions in memory: for the embedded default and for tests. */
import type { Bus } from '../replicas/bus.ts'
import { comparePositions, createPositions, type Position, START } from '../replicas/position.ts'
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
import { READ_COUNT, type SessionStore } from './session-store.ts'
import { tellSession } from './session-topic.ts'

export interface MemorySessionStoreOptions {
  bus: Bus
  limits: SessionLimits
  /** Milliseconds since the epoch. */
  now: () => number
}

interface Kept {
  session: Session
  expiresAt: number
  log: LogEntry[]
  bytes: number
  nextPosition: () => Position
  open: { stream: string; request: OpenRequest }[]
  subscriptions: Set<string>
}

export class MemorySessionStore implements SessionStore {
  readonly #bus: Bus
  readonly #limits: SessionLimits
  readonly #now: () => number
  readonly #kept = new Map<string, Kept>()
  /** Sessions of each person, oldest first. */
  readonly #counted = new Map<string, Set<string>>()
  #sweptAt = 0

  constructor({ bus, limits, now }: MemorySessionStoreOptions) {
    this.#bus = bus
    this.#limits = limits
    this.#now = now
  }

  async create(session: Session): Promise<string[]> {
    this.#sweep()
    this.#kept.set(session.id, {
      session: structuredClone(session),
      expiresAt: this.#now() + this.#limits.lifetime,
      log: [],
      bytes: 0,
      nextPosition: createPositions(this.#now),
      open: [],
      subscriptions: new Set(),
    })
    return this.#count(session.owner, session.id)
  }

  async #count({ person }: Owner, id: string): Promise<string[]> {
    const counted = this.#counted.get(person) ?? new Set()
    this.#counted.set(person, counted.add(id))
    if (counted.size <= this.#limits.perPerson) return []
    for (const member of [...counted]) {
      if (this.#find(member) === undefined) counted.delete(member)
    }
    const ended = [...counted].slice(0, Math.max(0, counted.size - this.#limits.perPerson))
    for (const member of ended) {
      counted.delete(member)
      await this.end(member)
    }
    return ended
  }

  async use(id: string): Promise<FoundSession | undefined> {
    const kept = this.#find(id)
    if (kept === undefined) return undefined
    kept.expiresAt = this.#now() + this.#limits.lifetime
    const logged = kept.log.at(-1)?.position ?? START
    return { ...structuredClone(kept.session), logged }
  }

  async setLogLevel(id: string, level: string): Promise<void> {
    const kept = this.#find(id)
    if (kept) kept.session.logLevel = level
  }

  async subscribe(id: string, uri: string): Promise<boolean> {
    const subscriptions = this.#find(id)?.subscriptions
    if (subscriptions === undefined) return false
    if (subscriptions.size >= MAX_SUBSCRIPTIONS && !subscriptions.has(uri)) return false
    subscriptions.add(uri)
    return true
  }

  async unsubscribe(id: string, uri: string): Promise<void> {
    this.#find(id)?.subscriptions.delete(uri)
  }

  async subscriptions(id: string): Promise<Set<string>> {
    return new Set(this.#find(id)?.subscriptions)
  }

  async end(id: string): Promise<boolean> {
    const there = this.#find(id) !== undefined
    this.#kept.delete(id)
    return there
  }

  async open(
    id: string,
    stream: string,
    requests: readonly OpenRequest[],
  ): Promise<Position | undefined> {
    const kept = this.#find(id)
    if (kept === undefined || kept.open.length + requests.length > MAX_OPEN_REQUESTS) return
    kept.open.push(...requests.map((request) => ({ stream, request })))
    const position = kept.nextPosition()
    kept.log.push({ position, stream, message: '', last: false })
    return position
  }

  async append(id: string, stream: string, message: string): Promise<Position | undefined> {
    return this.#log(id, { stream, message, last: false })
  }

  async answer(
    id: string,
    stream: string,
    { request, message, last }: { request: string | number; message: string; last: boolean },
  ): Promise<Position | undefined> {
    const open = this.#find(id)?.open
    const at = open?.findIndex((each) => each.stream === stream && each.request.id === request)
    if (at === undefined || at === -1) return undefined
    open?.splice(at, 1)
    return this.#log(id, { stream, message, last })
  }

  async openRequests(id: string, stream: string): Promise<OpenRequest[]> {
    const open = this.#find(id)?.open ?? []
    return open.flatMap((each) => (each.stream === stream ? [{ ...each.request }] : []))
  }

  async read(id: string, after: Position): Promise<LogEntry[]> {
    const log = this.#find(id)?.log ?? []
    const first = log.findIndex(({ position }) => comparePositions(position, after) > 0)
    return first === -1 ? [] : log.slice(first, first + READ_COUNT)
  }

  async newest(id: string): Promise<Position> {
    return this.#find(id)?.log.at(-1)?.position ?? START
  }

  #log(id: string, entry: Omit<LogEntry, 'position'>): Position | undefined {
    const kept = this.#find(id)
    if (kept === undefined) return undefined
    const position = kept.nextPosition()
    kept.log.push({ position, ...entry })
    kept.bytes += Buffer.byteLength(entry.message)
    const { entries, bytes } = this.#limits
    while (kept.log.length > 1 && (kept.log.length > entries || kept.bytes > bytes)) {
      kept.bytes -= Buffer.byteLength(kept.log.shift()?.message ?? '')
    }
    void tellSession(this.#bus, id, { kind: 'logged', stream: entry.stream })
    return position
  }

  #find(id: string): Kept | undefined {
    const kept = this.#kept.get(id)
    if (kept === undefined || kept.expiresAt > this.#now()) return kept
    this.#kept.delete(id)
    return undefined
  }

  /** What nobody asks for goes too. */
  #sweep(): void {
    if (this.#now() - this.#sweptAt < this.#limits.lifetime / 10) return
    this.#sweptAt = this.#now()
    for (const id of [...this.#kept.keys()]) this.#find(id)
    for (const [person, counted] of [...this.#counted]) {
      for (const id of [...counted]) if (!this.#kept.has(id)) counted.delete(id)
      if (counted.size === 0) this.#counted.delete(person)
    }
  }
}
