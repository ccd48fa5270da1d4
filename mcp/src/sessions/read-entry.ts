/** An entry of a session's log as it was read, once for all who are given it; so it is parsed once too. */
import type { Position } from '../replicas/position.ts'
import type { LogEntry } from './session.ts'

export class ReadEntry implements LogEntry {
  readonly position: Position
  readonly stream: string
  readonly message: string
  readonly last: boolean
  #parsed: unknown

  constructor({ position, stream, message, last }: LogEntry) {
    this.position = position
    this.stream = stream
    this.message = message
    this.last = last
  }

  /** Of a message that is not empty; nobody may change it. @throws SyntaxError for what is no JSON */
  get parsed(): unknown {
    this.#parsed ??= JSON.parse(this.message)
    return this.#parsed
  }
}
