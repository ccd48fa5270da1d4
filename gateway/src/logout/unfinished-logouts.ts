/**
 * Logouts that the store broke off: this process goes on with them until they are obeyed. A provider may say it again (OpenID
 * Connect Back-Channel Logout 1.0 §2.5); Keycloak says it once, and an access token would live on to its end.
 */
import type { FastifyInstance } from 'fastify'
import { StoreUnavailableError } from '../store/store.ts'

/** Returns why it must not be obeyed. @throws StoreUnavailableError where it has to be tried again */
export type Obey = () => Promise<string | undefined>

export interface UnfinishedLogouts {
  add(id: string, obey: Obey): void
  /** The provider said it again: whoever heard that goes on with it, as of the time it came first. */
  take(id: string): Obey | undefined
}

/** Milliseconds from one try to the next, twice as long after each. */
const FIRST = 1_000
const LONGEST = 30_000
/** Each is a verified token of a provider; of more the tombstones, as far as they were written, end the refreshes. */
const MOST = 1_000

/** They end with the app, which tries them once more: the store may be back since. */
export function createUnfinishedLogouts(app: FastifyInstance): UnfinishedLogouts {
  const unfinished = new Map<string, Obey>()
  let pace = FIRST
  let timer: NodeJS.Timeout | undefined
  let round: Promise<void> | undefined

  function schedule(): void {
    timer = setTimeout(() => {
      round = goOn()
    }, pace)
    timer.unref()
  }

  async function goOn(): Promise<void> {
    for (const [id, obey] of unfinished) {
      try {
        await obey()
      } catch (error) {
        if (error instanceof StoreUnavailableError) {
          // It may be the only one that the store cannot do: the others are before it the next time.
          if (unfinished.delete(id)) unfinished.set(id, obey)
          pace = Math.min(pace * 2, LONGEST)
          return schedule()
        }
        app.log.error({ err: error }, 'a logout that broke off cannot be finished')
      }
      unfinished.delete(id)
    }
    pace = FIRST
    timer = undefined
  }

  app.addHook('onClose', async () => {
    clearTimeout(timer)
    await round
    await goOn()
    clearTimeout(timer)
    unfinished.clear()
  })

  return {
    add(id, obey) {
      if (unfinished.size >= MOST) {
        return app.log.error('too many logouts broke off: this one waits for the provider')
      }
      unfinished.set(id, obey)
      app.log.warn({ unfinished: unfinished.size }, 'a logout broke off, and is gone on with')
      if (timer === undefined) schedule()
    },
    take(id) {
      const obey = unfinished.get(id)
      unfinished.delete(id)
      return obey
    },
  }
}
