/** Who holds a session in this process, a call or a view, and what it holds of the session's reader. */
import type { Position } from '../replicas/position.ts'
import type { ReadEntry } from './read-entry.ts'
import type { SessionNews } from './session-topic.ts'

export interface SessionHolder {
  /** Those of the log that it is given. */
  readonly streams: readonly string[]
  /** It takes nothing for now. Once it does again, it looks. */
  readonly full: boolean
  take(entry: ReadEntry): void
  /** Of news that are not in the log. */
  hear(news: SessionNews): void
  /** After a gap of the bus: any news may have been missed. @param read done when the log was read on, in its turn */
  recover(read: Promise<void>): void
}

export interface Hold {
  /** Everything up to here was given. */
  readonly place: Position
  /** Reads on. True once all was given that was in the log before; false where Redis is away, or the holder is full. */
  look(): Promise<boolean>
  release(): void
}
