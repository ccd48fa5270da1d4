/**
 * What replicas tell each other. Messages are heard by every replica, the teller's own included, and by nobody who is away:
 * whoever needs more reads a log, and reads it again after a gap.
 */
import { callEach } from './call-each.ts'

export interface Bus {
  /** This process among the replicas. */
  readonly replica: string
  /** @throws StoreUnavailableError */
  tell(topic: string, message: string): Promise<void>
  /** @returns stops listening */
  listen(topic: string, listener: (message: string) => void): () => void
  /** Called whenever messages may have been missed. @returns stops listening */
  onGap(listener: () => void): () => void
  /**
   * False for a replica that ended, or that gave no sign for some seconds.
   * @throws StoreUnavailableError
   */
  isPresent(replica: string): Promise<boolean>
  close(): Promise<void>
}

/** Who listens to what in this process. */
export class Listeners {
  readonly #listeners = new Map<string, Set<(message: string) => void>>()
  readonly #onError: (error: Error) => void

  /** @param onError told of what a listener threw */
  constructor(onError: (error: Error) => void) {
    this.#onError = onError
  }

  add(topic: string, listener: (message: string) => void): () => void {
    const listeners = this.#listeners.get(topic)
    if (listeners) listeners.add(listener)
    else this.#listeners.set(topic, new Set([listener]))
    return () => {
      const left = this.#listeners.get(topic)
      left?.delete(listener)
      if (left?.size === 0) this.#listeners.delete(topic)
    }
  }

  tell(topic: string, message: string): void {
    callEach(this.#listeners.get(topic) ?? [], this.#onError, message)
  }
}

/** The one form of a message on the channel; topics hold no blank. */
export function frame(topic: string, message: string): string {
  return `${topic} ${message}`
}

export function unframe(framed: string): { topic: string; message: string } {
  const at = framed.indexOf(' ')
  return { topic: framed.slice(0, at), message: framed.slice(at + 1) }
}
