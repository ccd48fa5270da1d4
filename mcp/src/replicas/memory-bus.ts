/** The bus of a process that is alone: for the embedded default and for tests. */
import { randomUUID } from 'node:crypto'
import { type Bus, Listeners } from './bus.ts'

export class MemoryBus implements Bus {
  readonly replica = randomUUID()
  readonly #listeners: Listeners

  /** @param onError told of what a listener threw */
  constructor(onError: (error: Error) => void) {
    this.#listeners = new Listeners(onError)
  }

  async tell(topic: string, message: string): Promise<void> {
    // Never in the teller's own tick, as it is with Redis.
    setImmediate(() => this.#listeners.tell(topic, message))
  }

  listen(topic: string, listener: (message: string) => void): () => void {
    return this.#listeners.add(topic, listener)
  }

  onGap(): () => void {
    return () => {}
  }

  async isPresent(replica: string): Promise<boolean> {
    return replica === this.replica
  }

  async close(): Promise<void> {}
}
