/**
 * Node's request as the SDK's handler reads it. A Request of undici would copy headers and body that are here already, and its
 * streams cost more than the rest of a call; so this has what a server can read of a request whose body was parsed: method, URL,
 * headers, and a signal that fires when the client has left (MCP 2026-07-28: that is a cancellation).
 */
import type { IncomingMessage } from 'node:http'
import type { Departure } from './departure.ts'

export class ParsedRequest {
  readonly method: string
  readonly headers: ReadHeaders
  readonly #request: IncomingMessage
  readonly #departure: Departure
  #signal: AbortSignal | undefined

  /** @param departure of the client */
  constructor(request: IncomingMessage, departure: Departure) {
    this.#request = request
    this.#departure = departure
    this.method = request.method ?? 'GET'
    this.headers = new ReadHeaders(request)
  }

  get url(): string {
    return `http://${this.#request.headers.host ?? 'localhost'}${this.#request.url ?? '/'}`
  }

  /** Made for who reads it: hardly a server does, and in Node 20 a signal is the dearest thing to make and to collect. */
  get signal(): AbortSignal {
    this.#signal ??= this.#departure.signal()
    return this.#signal
  }
}

/** The reading half of Headers. */
class ReadHeaders implements Iterable<[string, string]> {
  readonly #request: IncomingMessage

  constructor(request: IncomingMessage) {
    this.#request = request
  }

  get(name: string): string | null {
    return this.has(name) ? String(this.#request.headers[name.toLowerCase()]) : null
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#request.headers, name.toLowerCase())
  }

  *entries(): IterableIterator<[string, string]> {
    for (const [name, value] of Object.entries(this.#request.headers)) yield [name, String(value)]
  }

  *keys(): IterableIterator<string> {
    for (const [name] of this.entries()) yield name
  }

  *values(): IterableIterator<string> {
    for (const [, value] of this.entries()) yield value
  }

  forEach(each: (value: string, name: string) => void): void {
    for (const [name, value] of this.entries()) each(value, name)
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.entries()
  }
}
