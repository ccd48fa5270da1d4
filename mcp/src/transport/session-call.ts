/**
 * The requests of one POST in a session, and the server that was made for them alone: the transport between the two (MCP
 * 2025-11-25 Transports, "Sending Messages to the Server").
 *
 * What is answered at once leaves as JSON and is not logged. As soon as a message comes before the answer, or the answer
 * takes its time, the response becomes a stream whose every event is in the session's log first: from then on the client may
 * lose its connection, and any replica can show it the rest. A lost connection cancels nothing.
 */
import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import {
  type JSONRPCMessage,
  type JSONRPCRequest,
  type McpServer,
  type MessageExtraInfo,
  ProtocolError,
  type RequestId,
  type Transport,
  type TransportSendOptions,
} from '@modelcontextprotocol/server'
import type { Position } from '../replicas/position.ts'
import { Inbox } from '../sessions/inbox.ts'
import { type FoundSession, STANDALONE } from '../sessions/session.ts'
import { hearSession, type SessionNews } from '../sessions/session-topic.ts'
import { writeEventId } from './event-id.ts'
import { EventStream } from './event-stream.ts'
import { errorFor, INTERNAL_ERROR, SESSION_NOT_FOUND } from './json-rpc-error.ts'
import { every, type HeldOpen, type Holding, KEEP_ALIVE } from './open-streams.ts'
import { ownRequests } from './own-requests.ts'

export interface SessionCallOptions extends Omit<Holding, 'feed' | 'lifetime'> {
  session: FoundSession
  /** The session begins with this request. */
  begins: boolean
  requests: readonly JSONRPCRequest[]
  extra: MessageExtraInfo
  response: ServerResponse
  /** Answers all that was answered before anything left. */
  answerAtOnce(answers: readonly JSONRPCMessage[]): void
  /** Called with each successful answer before it leaves. */
  onResult(request: JSONRPCRequest, result: unknown): Promise<void>
}

/** Milliseconds after which an answer is no longer one that comes at once. */
const AT_ONCE = 100
/** Milliseconds between attempts to log an answer while Redis is away, and attempts. */
const LOG_AGAIN = 1_000
const LOG_ATTEMPTS = 120
/** The version from which on an event may have no data. */
export const PRIMES_FROM = '2025-11-25'

type Answer = JSONRPCMessage & { id: RequestId }

export class SessionCall implements Transport, HeldOpen {
  onclose?: () => void
  onerror?: (error: Error) => void
  onmessage?: (message: JSONRPCMessage, extra?: MessageExtraInfo) => void
  readonly sessionId: string
  readonly mayFinish = true
  readonly #options: SessionCallOptions
  readonly #stream = randomUUID()
  readonly #own = ownRequests(this.#stream)
  readonly #open = new Map<RequestId, JSONRPCRequest>()
  readonly #answers: Answer[] = []
  #stopListening = () => {}
  #inbox: Inbox | undefined
  #server: McpServer | undefined
  /** Everything that is sent, in its order. */
  #sending: Promise<void> = Promise.resolve()
  #events: EventStream | undefined
  #state: 'waiting' | 'streaming' | 'over' = 'waiting'
  /** The client can come back for the rest. */
  #logged = false
  #patience: NodeJS.Timeout | undefined
  readonly #isKeptAlive: (now: number) => boolean

  constructor(options: SessionCallOptions) {
    this.#options = options
    this.sessionId = options.session.id
    this.#isKeptAlive = every(KEEP_ALIVE, options.now())
    for (const request of options.requests) this.#open.set(request.id, request)
  }

  /** @param server not connected yet */
  async serve(server: McpServer): Promise<void> {
    this.#server = server
    await server.connect(this)
    if (!this.#options.begins) this.#restore()
    this.#patience = setTimeout(() => this.#queue(() => this.#becomeStream()), AT_ONCE)
    const extra = this.#extra()
    for (const request of this.#options.requests) this.onmessage?.(request, extra)
  }

  /** Called by the server once it takes this transport; what is taken here is given back when either closes. */
  async start(): Promise<void> {
    const { session, sessions, bus, streams, onError } = this.#options
    this.#stopListening = hearSession(bus, this.sessionId, (news) => this.#hear(news))
    const onMessage = (message: JSONRPCMessage) => this.#receive(message)
    const from = { sessionId: session.id, from: session.logged }
    this.#inbox = new Inbox({ ...from, sessions, bus, onMessage, onError })
    streams.add(this)
  }

  async send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    if (this.#state === 'over') return
    if (!('method' in message)) {
      if (message.id === this.#stream) return
      return this.#queue(() => this.#answer(message as Answer))
    }
    const outgoing = this.#own.outgoing(message)
    // A request is asked where its answer is waited for, even if the server does not say for which call: on the standalone
    // stream it would be missed by a client that opens that stream later.
    if (options?.relatedRequestId === undefined && !('id' in message)) {
      const { sessions } = this.#options
      await sessions.append(this.sessionId, STANDALONE, JSON.stringify(outgoing))
      return
    }
    return this.#queue(() => this.#notify(outgoing))
  }

  async close(): Promise<void> {
    this.#finish()
    this.onclose?.()
  }

  tick(now: number): void {
    if (this.#inbox?.behind) this.#inbox.look()
    if (this.#isKeptAlive(now)) this.#events?.keepAlive()
  }

  /** The process ends: whoever waits is told so, at the stream or at whichever replica it looks for the rest. */
  end(): Promise<void> {
    for (const id of [...this.#open.keys()]) {
      void this.#queue(() => this.#answer(errorFor(id, INTERNAL_ERROR, INTERRUPTED)))
    }
    return this.#sending
  }

  /** A fresh server comes to know the client as the session does. Handlers run in the order in which messages came. */
  #restore(): void {
    const { initialize, logLevel } = this.#options.session
    // An id that no client can have chosen.
    const restore = { jsonrpc: '2.0', id: this.#stream } as const
    this.onmessage?.({ ...restore, method: 'initialize', params: initialize })
    if (logLevel === undefined) return
    this.onmessage?.({ ...restore, method: 'logging/setLevel', params: { level: logLevel } })
  }

  #extra(): MessageExtraInfo {
    const { extra, session } = this.#options
    if (session.protocolVersion < PRIMES_FROM) return extra
    // The client is told to come back for the rest, which frees the connection.
    return { ...extra, closeSSEStream: () => void this.#queue(() => this.#letGo()) }
  }

  #queue(step: () => Promise<void>): Promise<void> {
    this.#sending = this.#sending.then(step).catch(this.#options.onError)
    return this.#sending
  }

  #hear(news: SessionNews): void {
    if (news.kind === 'ended') this.#abandon()
    else if (news.kind === 'viewed' && news.stream === this.#stream) this.#events?.end()
  }

  #receive(message: JSONRPCMessage): void {
    if ('method' in message && message.method === 'notifications/cancelled') {
      const cancelled = (message.params as { requestId?: RequestId } | undefined)?.requestId
      if (cancelled === undefined || !this.#open.has(cancelled)) return
      this.onmessage?.(message, this.#options.extra)
      void this.#queue(() => this.#cancel(cancelled))
      return
    }
    const incoming = this.#own.incoming(message)
    if (incoming !== undefined) this.onmessage?.(incoming, this.#options.extra)
  }

  async #answer(answer: Answer): Promise<void> {
    const request = this.#open.get(answer.id)
    if (request === undefined || this.#state === 'over') return
    if ('result' in answer) {
      try {
        await this.#options.onResult(request, answer.result)
      } catch (error) {
        this.#options.onError(error as Error)
        const isRefusal = error instanceof ProtocolError
        const { code, message } = isRefusal ? error : UNREMEMBERED
        answer = errorFor(answer.id, code, message)
      }
    }
    if (this.#state === 'streaming') return this.#close(answer.id, this.#json(answer))
    this.#answers.push(answer)
    await this.#settle(answer.id)
  }

  /** What a tool answers may be nothing that JSON can say; its client is told so, and does not wait for ever. */
  #json(answer: Answer): string {
    try {
      return JSON.stringify(answer)
    } catch (error) {
      this.#options.onError(error as Error)
      return JSON.stringify(errorFor(answer.id, INTERNAL_ERROR, 'Internal error'))
    }
  }

  /** Cancelled requests get no answer (MCP 2025-11-25 Cancellation). */
  async #cancel(id: RequestId): Promise<void> {
    if (this.#state === 'streaming') return this.#close(id, '')
    if (this.#state === 'waiting') await this.#settle(id)
  }

  async #settle(id: RequestId): Promise<void> {
    this.#open.delete(id)
    if (this.#open.size > 0) return
    const { response, answerAtOnce } = this.#options
    try {
      if (!response.destroyed && this.#answers.length > 0) answerAtOnce(this.#answers)
    } finally {
      await this.#conclude()
    }
  }

  async #notify(message: JSONRPCMessage): Promise<void> {
    if (this.#state === 'waiting') await this.#becomeStream(true)
    if (this.#state !== 'streaming') return
    const json = JSON.stringify(message)
    await this.#write(json, await this.#append(json))
  }

  /** @returns its place; undefined where the client cannot come back for it */
  async #append(message: string): Promise<Position | undefined> {
    if (!this.#logged) return undefined
    const { sessions, onError } = this.#options
    const appended = sessions.append(this.sessionId, this.#stream, message)
    return (await appended.catch(onError)) ?? undefined
  }

  /** @param needed something has to leave, even if it cannot be logged */
  async #becomeStream(needed = false): Promise<void> {
    if (this.#state !== 'waiting') return
    clearTimeout(this.#patience)
    const { sessions, bus, session, response, onError } = this.#options
    // Nobody was told how to come back.
    if (response.destroyed && !needed) return
    const requests = [...this.#open.keys()].map((id) => ({ id, replica: bus.replica }))
    const position = await sessions.open(this.sessionId, this.#stream, requests).catch(onError)
    // Redis is away: while nothing has left, the status can still say so.
    if (!position && !needed) return
    this.#state = 'streaming'
    this.#logged = position !== undefined
    if (!response.destroyed) {
      this.#events = new EventStream(response)
      if (position && session.protocolVersion >= PRIMES_FROM) {
        this.#events.prime(writeEventId({ stream: this.#stream, logged: position }))
      }
    }
    for (const answer of this.#answers) {
      const json = this.#json(answer)
      await this.#write(json, await this.#append(json))
    }
  }

  async #close(id: RequestId, message: string): Promise<void> {
    this.#open.delete(id)
    const last = this.#open.size === 0
    if (this.#logged) {
      const answer = { request: id, message, last }
      const { sessions } = this.#options
      try {
        const position = await sessions.answer(this.sessionId, this.#stream, answer)
        // Otherwise it was answered in our name, by who took us for dead.
        if (position !== undefined && message !== '') await this.#write(message, position)
      } catch (error) {
        this.#options.onError(error as Error)
        void this.#logLater(answer)
        await this.#write(message)
      }
    } else if (message !== '') await this.#write(message)
    if (last) await this.#conclude()
  }

  async #logLater(answer: { request: RequestId; message: string; last: boolean }): Promise<void> {
    for (let attempt = 0; attempt < LOG_ATTEMPTS; attempt++) {
      await new Promise((resolve) => setTimeout(resolve, LOG_AGAIN).unref())
      try {
        await this.#options.sessions.answer(this.sessionId, this.#stream, answer)
        return
      } catch {
        // Redis is still away.
      }
    }
  }

  async #write(message: string, position?: Position): Promise<void> {
    const id = position && writeEventId({ stream: this.#stream, logged: position })
    if (this.#events && !this.#events.message(message, id)) await this.#events.drained()
  }

  async #letGo(): Promise<void> {
    if (this.#state === 'waiting') await this.#becomeStream()
    if (this.#logged) this.#events?.end()
  }

  async #conclude(): Promise<void> {
    const { response } = this.#options
    if (this.#events) this.#events.end()
    else if (!response.headersSent && !response.destroyed) new EventStream(response).end()
    await this.#server?.close()
  }

  /** The session ended, and its log with it: who waits here is told so. */
  #abandon(): void {
    for (const id of [...this.#open.keys()]) {
      void this.#queue(() => {
        this.#logged = false
        return this.#answer(errorFor(id, SESSION_NOT_FOUND, ENDED))
      })
    }
  }

  #finish(): void {
    if (this.#state === 'over') return
    this.#state = 'over'
    clearTimeout(this.#patience)
    this.#stopListening()
    this.#inbox?.close()
    this.#options.streams.delete(this)
  }
}

const ENDED = 'The session has ended'
const INTERRUPTED = 'The server is being restarted; the request may have been carried out in part'
const UNREMEMBERED = {
  code: INTERNAL_ERROR,
  message: 'The session could not be changed, try again',
}
