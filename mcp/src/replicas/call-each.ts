/**
 * Calls every listener. They hear what clients sent, in a callback of Redis or of a timer: one that fails must neither end the
 * process nor keep the others from hearing.
 */
export function callEach<Args extends unknown[]>(
  listeners: Iterable<(...args: Args) => void>,
  onError: (error: Error) => void,
  ...args: Args
): void {
  // A copy: who hears may stop listening.
  for (const listener of [...listeners]) {
    try {
      listener(...args)
    } catch (error) {
      onError(error instanceof Error ? error : new Error(String(error)))
    }
  }
}
