/** Waits until every service answers; gives up when it takes too long. */
import { setTimeout as wait } from 'node:timers/promises'

/** Milliseconds. */
const LIMIT = 30_000
const BETWEEN = 50

/** @throws Error that names what does not answer */
export async function ready(urls: readonly string[], stopped: () => boolean): Promise<void> {
  const until = Date.now() + LIMIT
  for (const url of urls) {
    while (!(await answers(url))) {
      if (stopped()) return
      if (Date.now() > until) throw new Error(`${url} does not answer.`)
      await wait(BETWEEN)
    }
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(1_000) })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}
