/**
 * First contact with each provider, when the process starts: what is misconfigured is seen then, in the log, at /readyz and in the
 * metrics, not when somebody logs in. Whoever does not answer well is asked again; nobody waits for it.
 */
import type { Upstream } from './upstream.ts'

/** @param later runs its argument after a while */
export async function greet(
  all: readonly Upstream[],
  later: (again: () => void) => void,
): Promise<void> {
  const answers = await Promise.all(all.map((upstream) => upstream.greet()))
  const rest = all.filter((_, index) => !answers[index])
  if (rest.length > 0) later(() => void greet(rest, later))
}
