/** Server-sent events on a response that Fastify has let go of (HTML, "Server-sent events"; MCP, Streamable HTTP). */
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { drained } from './send-response.ts'

const HEADERS: OutgoingHttpHeaders = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache, no-transform',
  // Reverse proxies of the nginx kind would hold events back.
  'x-accel-buffering': 'no',
}

/** Milliseconds that a client should wait before it comes back. */
const RETRY = 1_000

export class EventStream {
  readonly #response: ServerResponse
  /** Ends the waiting of whoever writes. */
  #letGo = () => {}

  /** Its head leaves at once. */
  constructor(response: ServerResponse) {
    this.#response = response
    response.writeHead(200, HEADERS)
    response.flushHeaders()
  }

  get open(): boolean {
    return !this.#response.writableEnded && !this.#response.destroyed
  }

  /** An event without data, by which a client learns an id before there is anything to say. */
  prime(id: string): void {
    this.#write(`id: ${id}\nretry: ${RETRY}\ndata: \n\n`)
  }

  /** @param message JSON on one line. @returns false: wait until `drained` before more is written */
  message(message: string, id?: string): boolean {
    const head = id === undefined ? '' : `id: ${id}\n`
    return this.#write(`event: message\n${head}data: ${message}\n\n`)
  }

  keepAlive(): void {
    // Who does not read is not gone yet, and need not be told so again and again.
    if (this.#response.writableLength === 0) this.#write(': keepalive\n\n')
  }

  /** Until more may be written, or nothing more will be; one waits at a time. */
  async drained(): Promise<void> {
    // A client that is gone without a word drains nothing, and its stream goes on elsewhere.
    if (!this.open) return
    await new Promise<void>((resolve) => {
      this.#letGo = resolve
      void drained(this.#response).then(resolve)
    })
  }

  end(): void {
    this.#letGo()
    if (this.open) this.#response.end()
  }

  onClose(listener: () => void): void {
    this.#response.once('close', listener)
  }

  #write(text: string): boolean {
    return this.open ? this.#response.write(text) : true
  }
}
