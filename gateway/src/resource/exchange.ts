/**
 * One request to mcp and its answer, streamed both ways and never parsed. Whoever leaves first, client or mcp, ends the
 * other side; a revocation ends both, and so does the time that it has.
 */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { PassThrough } from 'node:stream'
import type { Dispatcher } from 'undici'
import { onClientGone } from './client-sockets.ts'
import { sendFailure } from './hijacked-answer.ts'
import type { McpUpstream } from './mcp-upstream.ts'
import type { EndReason, OpenStream } from './open-streams.ts'
import { outwardHeaders } from './outward-headers.ts'
import { type Failure, failureOf, interrupted, misbehaviour, overdue } from './upstream-failure.ts'

export interface ExchangeOptions {
  request: IncomingMessage
  response: ServerResponse
  upstream: McpUpstream
  /** With its query, at mcp. */
  path: string
  /** Inward, names and values in turn. */
  headers: string[]
  /** Bytes of the request's body; undefined where it is chunked. */
  bodyLength: number | undefined
  /** Outward: what we say on every answer, names and values in turn. */
  ours: string[]
  endsAt: number
  heldOpen: boolean
  /** Our own challenge for mcp's `insufficient_scope`. */
  insufficientScope: (theirs: string) => string
  /** How to answer when the grant ends before mcp has answered. */
  refuse: (response: ServerResponse) => void
  onFailure: (failure: Failure) => void
  onEnd: (exchange: OpenStream) => void
}

const NOTHING = Buffer.alloc(0)

export class Exchange implements Dispatcher.DispatchHandler, OpenStream {
  readonly endsAt: number
  readonly heldOpen: boolean
  readonly #options: ExchangeOptions
  readonly #response: ServerResponse
  #controller: Dispatcher.DispatchController | undefined
  #status = 0
  #head: string[] = []
  /** Bytes of the answer that are still to come; undefined where mcp did not say. */
  #remaining: number | undefined
  #isEventStream = false
  /** Came in this tick, not yet written. */
  #chunks: Buffer[] = []
  #flushing = false
  /** The client reads slower than mcp writes. */
  #blocked = false
  #dispatched = false
  #over = false

  constructor(options: ExchangeOptions) {
    this.#options = options
    this.#response = options.response
    this.endsAt = options.endsAt
    this.heldOpen = options.heldOpen
  }

  start(): void {
    const { request, bodyLength } = this.#options
    const gone = () => {
      forget()
      this.#options.onEnd(this)
      this.#stop('the client left')
    }
    const forget = onClientGone(request.socket, gone)
    this.#response.on('close', gone)
    if (bodyLength === 0) {
      this.#dispatch(null)
      return
    }
    // Most bodies are whole in the segment that brought the head: then they need no stream to mcp.
    request.once('data', (chunk: Buffer) => {
      // Refused before the body began: nobody would read a pipe.
      if (this.#over) return
      if (chunk.length === bodyLength) {
        this.#dispatch(chunk)
        return
      }
      request.pause()
      request.unshift(chunk)
      // Of its own, because undici destroys what it was given, and the request is the client's connection.
      this.#dispatch(request.pipe(new PassThrough()))
    })
    // Chunked, and empty.
    request.once('end', () => this.#dispatch(null))
  }

  end(why: EndReason): void {
    const response = this.#response
    if (this.#over) {
      // All of the answer is here, and some of it not yet on its way.
      if (why !== 'unavailable' && !response.writableFinished) response.destroy()
      return
    }
    const answered = response.headersSent
    this.#stop(why)
    if (!answered) {
      if (why === 'refused') this.#options.refuse(response)
      else {
        const failure = why === 'overdue' ? overdue : interrupted
        this.#options.onFailure(failure)
        sendFailure(response, failure, this.#options.ours)
      }
      this.#readToEnd()
    } else if (this.#isEventStream && response.writableLength === 0) response.end()
    // An answer that was cut must not look whole, and a client that does not read must not keep the connection.
    else response.destroy()
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#over) controller.abort(new Error('the client left'))
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status < 200) return
    this.#options.upstream.state = 'reachable'
    // A 401 from mcp is our fault, never a challenge that sends the person to log in again. A redirect would show an address
    // of the inside and turn a POST into a GET.
    if (status === 401 || (status >= 300 && status < 400)) {
      this.#fail(misbehaviour(`mcp answered ${status}`))
      return
    }
    this.#status = status
    this.#head = outwardHeaders(headers, this.#options.ours)
    const challenge = headers['www-authenticate']
    if (status === 403 && challenge?.includes('insufficient_scope')) {
      this.#head.push('www-authenticate', this.#options.insufficientScope(String(challenge)))
    }
    // A header that came twice is a list.
    this.#isEventStream = String(headers['content-type']).startsWith('text/event-stream')
    // C56: reverse proxies of the nginx kind would hold events back.
    if (this.#isEventStream && headers['x-accel-buffering'] === undefined) {
      this.#head.push('x-accel-buffering', 'no')
    }
    const length = headers['content-length']
    this.#remaining = length === undefined ? undefined : Number(length)
    // The head of a stream does not wait for its first event; a body of known length brings its head along.
    if (this.#remaining === undefined) this.#flushSoon()
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#over) return
    this.#chunks.push(chunk)
    if (this.#remaining !== undefined) this.#remaining -= chunk.length
    // The last byte is followed by the end at once.
    if (this.#remaining !== 0) this.#flushSoon()
    if (this.#blocked) controller.pause()
  }

  onResponseEnd(): void {
    if (this.#over) return
    this.#over = true
    const response = this.#response
    const body = this.#taken()
    if (!response.headersSent) {
      // All of it came in one tick: then its length is known, whatever mcp said.
      if (this.#remaining === undefined && this.#status !== 204)
        this.#head.push('content-length', String(body.length))
      response.writeHead(this.#status, this.#head)
    }
    response.end(body)
    this.#readToEnd()
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (!this.#over) this.#fail(failureOf(error))
  }

  #dispatch(body: Buffer | PassThrough | null): void {
    if (this.#over || this.#dispatched) return
    this.#dispatched = true
    const { upstream, path, request, headers, bodyLength } = this.#options
    if (body !== null && bodyLength !== undefined) headers.push('content-length', `${bodyLength}`)
    const method = request.method as Dispatcher.HttpMethod
    upstream.dispatch({ path, method, headers, body }, this)
  }

  #flushSoon(): void {
    if (this.#flushing) return
    this.#flushing = true
    process.nextTick(() => this.#flush())
  }

  // Once a tick: events that came in one segment leave in one.
  #flush(): void {
    this.#flushing = false
    if (this.#over) return
    const response = this.#response
    if (!response.headersSent) response.writeHead(this.#status, this.#head)
    if (this.#chunks.length === 0) response.flushHeaders()
    else if (!response.write(this.#taken())) {
      this.#blocked = true
      response.once('drain', () => {
        this.#blocked = false
        this.#controller?.resume()
      })
    }
  }

  #taken(): Buffer {
    const chunks = this.#chunks
    this.#chunks = []
    return chunks.length === 1 ? (chunks[0] ?? NOTHING) : Buffer.concat(chunks)
  }

  #fail(failure: Failure): void {
    const response = this.#response
    const { upstream, ours, onFailure } = this.#options
    if (failure.unreachable) upstream.state = 'unreachable'
    onFailure(failure)
    const answered = response.headersSent
    this.#stop(failure.detail)
    if (answered) response.destroy()
    else sendFailure(response, failure, ours)
    this.#readToEnd()
  }

  /** An answer may come before the end of its request; the rest must not stay on a connection that is used again. */
  #readToEnd(): void {
    const { request } = this.#options
    if (!request.complete) request.unpipe().resume()
  }

  #stop(reason: string): void {
    if (this.#over) return
    this.#over = true
    this.#controller?.abort(new Error(reason))
  }
}
