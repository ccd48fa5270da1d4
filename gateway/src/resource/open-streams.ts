/**
 * What is under way, by grant, so that a revocation ends it here and mcp needs no message (docs/adr/0013).
 *
 * While announcements may be missed, each grant with something under way is asked for every second; where the store has
 * no answer for two seconds, its streams are ended: fail closed.
 */
import { settled } from '../http/finish-requests.ts'
import type { Store } from '../store/store.ts'
import type { RevokedGrants } from './revoked-grants.ts'

export interface OpenStream {
  /** Milliseconds since the epoch. */
  readonly endsAt: number
  /** It has no end of its own; else it is a call, whose answer is waited for. */
  readonly heldOpen: boolean
  /** Ends the client's side and mcp's. Calls `release` in its course. */
  end(why: EndReason): void
}

/**
 * `refused`: the token or its grant is over. `overdue`: a call had its time. `unavailable`: we cannot go on, and the token may be
 * good.
 */
export type EndReason = 'refused' | 'overdue' | 'unavailable'

export interface OpenStreams {
  /** False where the grant was revoked before this call: nothing may be begun for it. */
  hold(grantId: string, stream: OpenStream): boolean
  release(grantId: string, stream: OpenStream): void
  /** What the timer does; returns when the store has been asked. */
  sweep(): Promise<void>
  /** Ends streams that are held open, lets calls be answered for a while, then ends those too. */
  close(): Promise<void>
}

export interface OpenStreamsOptions {
  store: Pick<Store, 'isAlive' | 'revocations'>
  revoked: RevokedGrants
  now: () => number
}

interface Grant {
  streams: Set<OpenStream>
  /** When it was last known to be alive. */
  provenAt: number
  /** When the store was last asked; the answer may be under way. */
  askedAt: number
  /** Of questions: only the answer to the last one can end a doubt. */
  asked: number
  /** An announcement about it may have been missed. */
  doubtful: boolean
}

/** Milliseconds. */
const TICK = 250
const ASK_EVERY = 1000
const SILENCE_LIMIT = 2000

export function createOpenStreams({ store, revoked, now }: OpenStreamsOptions): OpenStreams {
  const feed = store.revocations
  const grants = new Map<string, Grant>()
  const stopListening = feed.listen({
    revoked: (grantId) => endGrant(grantId, 'refused'),
    // Whichever of its access tokens a stream was opened with: it is dead.
    narrowed: (grantId) => endGrant(grantId, 'refused'),
    lost() {
      const time = now()
      for (const grant of grants.values()) {
        grant.doubtful = true
        grant.provenAt = time
        grant.askedAt = 0
        grant.asked++
      }
      void sweep()
    },
    restored() {
      for (const grant of grants.values()) grant.askedAt = 0
      void sweep()
    },
  })
  const timer = setInterval(() => void sweep(), TICK)
  timer.unref()

  function endGrant(grantId: string, why: EndReason): void {
    for (const stream of [...(grants.get(grantId)?.streams ?? [])]) stream.end(why)
  }

  async function sweep(): Promise<void> {
    const time = now()
    const asked: Promise<void>[] = []
    for (const [grantId, grant] of [...grants]) {
      for (const stream of [...grant.streams]) {
        if (stream.endsAt <= time) stream.end(stream.heldOpen ? 'refused' : 'overdue')
      }
      if (!grant.doubtful || grant.streams.size === 0) continue
      if (time - grant.provenAt >= SILENCE_LIMIT) endGrant(grantId, 'unavailable')
      else if (time - grant.askedAt >= ASK_EVERY) asked.push(ask(grantId, grant, time))
    }
    await Promise.all(asked)
  }

  async function ask(grantId: string, grant: Grant, askedAt: number): Promise<void> {
    grant.askedAt = askedAt
    const question = ++grant.asked
    const listening = feed.live
    try {
      const alive = await store.isAlive(grantId)
      if (!alive) return endGrant(grantId, 'refused')
      if (grant.asked !== question) return
      grant.provenAt = askedAt
      // Announcements since the question have been heard.
      if (listening) grant.doubtful = false
    } catch {
      // The silence is measured from the last answer.
    }
  }

  return {
    hold(grantId, stream) {
      if (revoked.has(grantId)) return false
      const grant = grants.get(grantId)
      if (grant) grant.streams.add(stream)
      else {
        const time = now()
        grants.set(grantId, {
          streams: new Set([stream]),
          provenAt: time,
          askedAt: time,
          asked: 0,
          doubtful: !feed.live,
        })
      }
      return true
    },
    release(grantId, stream) {
      const grant = grants.get(grantId)
      grant?.streams.delete(stream)
      if (grant?.streams.size === 0) grants.delete(grantId)
    },
    sweep,
    async close() {
      for (const { streams } of [...grants.values()]) {
        for (const stream of [...streams]) if (stream.heldOpen) stream.end('unavailable')
      }
      await settled(() => grants.size === 0)
      clearInterval(timer)
      stopListening()
      for (const grantId of [...grants.keys()]) endGrant(grantId, 'unavailable')
    },
  }
}
