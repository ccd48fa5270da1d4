/**
 * Documents of clients as they were fetched: metadata and keys, kept in the store for every replica.
 *
 * Fresh for what the answer's headers say, within five minutes and a day; one replica fetches for all who wait. A failure is
 * remembered for five seconds. What was fetched once serves for a day while its host is out of reach; what its owner
 * withdrew (404, 410) is gone at once.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { ownerOf } from '../../http/client-network.ts'
import type { DocumentRecord } from '../../store/records/client.ts'
import type { Store } from '../../store/store.ts'
import { ClientDocumentError } from '../client.ts'
import { knownDocument } from '../known-documents/known-documents.ts'
import type { FetchedDocument, GuardedFetch } from './guarded-fetch.ts'

export interface Documents<T> {
  /**
   * Fetched where the copy is too old.
   * @param from the address that asks, where a stranger may have named the URL
   * @throws ClientDocumentError, StoreUnavailableError
   */
  read(url: string, from?: string): Promise<T>
  /** Fetched unless that was done within the last half minute: for a key that the copy does not hold. */
  readAgain(url: string, from?: string): Promise<T>
  /** As it was fetched the last time, however long ago. @throws ClientDocumentError, StoreUnavailableError */
  last(url: string): Promise<T | undefined>
  /** Kept as long as a client that is used. */
  keep(url: string): Promise<void>
  /** Of a well-known document: true where its owner withdrew it (404, 410), and has not put it back since. */
  isWithdrawn(url: string): Promise<boolean>
}

/** Milliseconds. */
const MINUTE = 60_000
const LEAST_FRESH = 5 * MINUTE
const MOST_FRESH = 24 * 60 * MINUTE
/** Where the answer says nothing. */
const USUALLY_FRESH = 60 * MINUTE
const STALE_IF_UNREACHABLE = 24 * 60 * MINUTE
const AGAIN_AFTER = MINUTE / 2
/** A little more than a fetch may take. */
const LOCK = 6_000
const LOOK_EVERY = 100
/**
 * Fetches of one replica at a time, and of all within a minute: for one address that asks, from one host, and at all. What is
 * kept is fetched anew on a count of its own.
 */
const MOST_AT_ONCE = 64
const MOST_PER_ADDRESS = 30
const MOST_PER_HOST = 120
const MOST_PER_MINUTE = 240
/**
 * Documents within an hour that are kept for a day though nobody has used them; others are kept for as long as a login takes.
 * So strangers fill the store with 700 MB at most, with 64 KiB each.
 */
const MOST_NEW_PER_HOUR = 300
const HOUR = 60 * MINUTE
const WHILE_LOGGING_IN = 15 * MINUTE
const WITHDRAWN = 30 * 24 * HOUR

export function createDocuments<T>(parts: {
  store: Store
  fetch: GuardedFetch
  now: () => number
  /** One URL may be asked for as both: a verdict on the one is none on the other. */
  purpose: 'metadata' | 'keys'
  /** @throws ClientDocumentError for one that cannot be used: it is not kept, so that it can be mended (CIMD §4.4) */
  parse: (url: string, document: Record<string, unknown>) => T
  /** Real time, for the pauses in which another replica is waited for. */
  wait?: (milliseconds: number) => Promise<unknown>
}): Documents<T> {
  const { store, fetch, now, purpose, parse, wait = sleep } = parts
  const idOf = (url: string) => `${purpose} ${url}`
  const withdrawn = (url: string) => `withdrawn ${idOf(url)}`
  const pending = new Map<string, Promise<DocumentRecord>>()

  async function fetchNow(
    url: string,
    before: DocumentRecord | undefined,
  ): Promise<DocumentRecord> {
    try {
      await spend(url, before !== undefined)
      const fetched = await fetch(url)
      parse(url, fetched.document)
      const record = recordOf(fetched, now())
      // One that is there keeps its end: it may be in use for longer than a day.
      if (await store.replace('document', idOf(url), record)) {
        await store.extend('document', idOf(url), MOST_FRESH)
      } else {
        const isUsual = (await store.count('documents that are new', HOUR)) <= MOST_NEW_PER_HOUR
        const life = isUsual ? MOST_FRESH : WHILE_LOGGING_IN
        await store.put('document', idOf(url), record, life)
        await store.drop('spent', withdrawn(url))
      }
      return record
    } catch (error) {
      if (!(error instanceof ClientDocumentError)) throw error
      const { reason, message } = error
      if (reason === 'gone') {
        await store.drop('document', idOf(url))
        // Of a stranger's URL nobody will ask, and it would be kept for a month.
        if (knownDocument(url)) await store.put('spent', withdrawn(url), { version: 1 }, WITHDRAWN)
      }
      await store.put('document_failure', idOf(url), { version: 1, reason, detail: message })
      throw error
    }
  }

  /** One address is refused for itself: that it asks too much is no failure of what it asks for. */
  async function spendOf(from: string): Promise<void> {
    const asked = await store.count(`documents fetched for ${ownerOf(from)}`, MINUTE)
    if (asked > MOST_PER_ADDRESS) throw tooMany()
  }

  /**
   * Each fetch costs us and its host something, and anybody may ask for one. What strangers think of is counted apart from what
   * is kept: they do not decide whether a client in use can prove itself, or for how long a key is good that it withdrew.
   */
  async function spend(url: string, isKept: boolean): Promise<void> {
    const { host } = new URL(url)
    const isTooMany = isKept
      ? (await store.count(`documents fetched again from ${host}`, MINUTE)) > MOST_PER_HOST
      : pending.size > MOST_AT_ONCE ||
        // First, so that what one host is refused is not taken from all the others.
        (await store.count(`documents fetched from ${host}`, MINUTE)) > MOST_PER_HOST ||
        (await store.count('documents fetched', MINUTE)) > MOST_PER_MINUTE
    if (isTooMany) throw tooMany()
  }

  /** One of all replicas fetches; the others wait for what it writes. */
  async function fetchOnce(
    url: string,
    before: DocumentRecord | undefined,
  ): Promise<DocumentRecord> {
    const lock = `fetch ${idOf(url)}`
    for (let waited = 0; ; waited += LOOK_EVERY) {
      const isOurs = (await store.claim('spent', lock, { version: 1 }, LOCK)) === undefined
      try {
        // Also where the lock is ours: whoever had it before may just be done.
        const written = await writtenSince(url, before)
        if (written) return written
        // Counted here too: a lock ends by a clock that may stand still or be set back.
        if (isOurs || waited >= LOCK) return await fetchNow(url, before)
      } finally {
        if (isOurs) await store.drop('spent', lock)
      }
      await wait(LOOK_EVERY)
    }
  }

  async function writtenSince(
    url: string,
    before: DocumentRecord | undefined,
  ): Promise<DocumentRecord | undefined> {
    await refuseAfterFailure(url)
    const record = await store.get('document', idOf(url))
    return record?.fetchedAt === before?.fetchedAt ? undefined : record
  }

  async function refuseAfterFailure(url: string): Promise<void> {
    const failure = await store.get('document_failure', idOf(url))
    if (failure) throw new ClientDocumentError(failure.reason, failure.detail)
  }

  function refresh(url: string, before: DocumentRecord | undefined): Promise<DocumentRecord> {
    const under = pending.get(url)
    if (under) return under
    const fetching = fetchOnce(url, before).finally(() => pending.delete(url))
    pending.set(url, fetching)
    return fetching
  }

  async function freshOrStale(
    url: string,
    before: DocumentRecord | undefined,
    from: string | undefined,
  ): Promise<DocumentRecord> {
    try {
      await refuseAfterFailure(url)
      if (!before && from !== undefined) await spendOf(from)
      return await refresh(url, before)
    } catch (error) {
      const passing = error instanceof ClientDocumentError && error.reason === 'unreachable'
      if (passing && before && before.fetchedAt + STALE_IF_UNREACHABLE > now()) {
        return before
      }
      throw error
    }
  }

  async function notOlderThan(
    url: string,
    isYoung: (kept: DocumentRecord) => boolean,
    from?: string,
  ): Promise<T> {
    const kept = await store.get('document', idOf(url))
    const { document } = kept && isYoung(kept) ? kept : await freshOrStale(url, kept, from)
    return parse(url, document)
  }

  return {
    read: (url, from) => notOlderThan(url, ({ freshUntil }) => freshUntil > now(), from),
    readAgain: (url, from) =>
      notOlderThan(url, ({ fetchedAt }) => fetchedAt + AGAIN_AFTER > now(), from),
    async last(url) {
      const kept = await store.get('document', idOf(url))
      return kept && parse(url, kept.document)
    },
    async keep(url) {
      await store.extend('document', idOf(url))
    },
    async isWithdrawn(url) {
      return (await store.get('spent', withdrawn(url))) !== undefined
    },
  }
}

function tooMany(): ClientDocumentError {
  return new ClientDocumentError('unreachable', 'too many documents are being fetched')
}

function recordOf({ document, freshFor }: FetchedDocument, now: number): DocumentRecord {
  const fresh = Math.min(Math.max(freshFor ?? USUALLY_FRESH, LEAST_FRESH), MOST_FRESH)
  return { version: 1, document, fetchedAt: now, freshUntil: now + fresh }
}
