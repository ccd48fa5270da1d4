/**
 * Node's request as the SDK's handler reads it. A Request of undici would copy headers and body that are here already, and its
 * streams cost more than the rest of a call; so this has what a server can read of a request whose body was parsed: method, URL,
 * headers, and a signal that fires when the client has left (MCP 2026-07-28: that is a cancellation).
 */
import type { IncomingMessage, ServerResponse } from 'node:http'

/** @param response whose client may leave */
export function webRequest(request: IncomingMessage, response: ServerResponse): Request {
  return new ParsedRequest(request, response) as unknown as Request
}

class ParsedRequest {
  readonly method: string
  readonly headers: ReadHeaders
  readonly signal: AbortSignal
  readonly #request: IncomingMessage

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.#request = request
    this.method = request.method ?? 'GET'
    this.headers = new ReadHeaders(request)
    const abort = new AbortController()
    this.signal = abort.signal
    response.once('close', () => {
      if (!response.writableFinished) abort.abort()
    })
    if (response.destroyed) abort.abort()
  }

  get url(): string {
    return `http://${this.#request.headers.host ?? 'localhost'}${this.#request.url ?? '/'}`
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
