/**
 * The requests of one POST in a session, and the server that was made for them alone: the transport between the two (MCP
 * 2025-11-25 Transports). The server comes to know the client again, and hears what the client says to it in other POSTs; what
 * it says leaves by the response. A lost connection cancels nothing.
 */
import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type {
  JSONRPCMessage,
  JSONRPCRequest,
  McpServer,
  MessageExtraInfo,
  RequestId,
  Transport,
  TransportSendOptions,
} from '@modelcontextprotocol/server'
import { INBOX, inboxOf } from '../sessions/inbox.ts'
import type { ReadEntry } from '../sessions/read-entry.ts'
import { type FoundSession, STANDALONE } from '../sessions/session.ts'
import type { Hold, SessionHolder } from '../sessions/session-holder.ts'
import type { SessionNews } from '../sessions/session-topic.ts'
import { type Answer, CallResponse } from './call-response.ts'
import { errorFor, INTERNAL_ERROR, SESSION_NOT_FOUND } from './json-rpc-error.ts'
import { refusedLevel } from './log-level.ts'
import { every, type HeldOpen, type Holding, KEEP_ALIVE } from './open-streams.ts'
import { ownRequests } from './own-requests.ts'

export interface SessionCallOptions extends Omit<Holding, 'feed' | 'lifetime' | 'limits'> {
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
  /** Nothing is worked on any more. */
  onOver(): void
}

/** The version from which on an event may have no data. */
export const PRIMES_FROM = '2025-11-25'

export class SessionCall implements Transport, HeldOpen, SessionHolder {
  onclose?: () => void
  onerror?: (error: Error) => void
  onmessage?: (message: JSONRPCMessage, extra?: MessageExtraInfo) => void
  readonly sessionId: string
  readonly mayFinish = true
  readonly full = false
  readonly streams: readonly string[]
  readonly #options: SessionCallOptions
  readonly #stream = randomUUID()
  readonly #own = ownRequests(this.#stream)
  readonly #response: CallResponse
  readonly #isKeptAlive: (now: number) => boolean
  #hold: Hold | undefined
  #server: McpServer | undefined
  #over = false

  constructor(options: SessionCallOptions) {
    const { session } = options
    this.#options = options
    this.sessionId = session.id
    this.streams = [INBOX, inboxOf(this.#stream)]
    this.#isKeptAlive = every(KEEP_ALIVE, options.now())
    this.#response = new CallResponse({
      ...options,
      sessionId: session.id,
      stream: this.#stream,
      primes: session.protocolVersion >= PRIMES_FROM,
      // What was said between the session's being found and its being listened to has been told of to nobody here.
      onStream: () => void this.#hold?.look(),
      onConcluded: () => this.#server?.close(),
    })
  }

  /** @param server not connected yet */
  async serve(server: McpServer): Promise<void> {
    this.#server = server
    await server.connect(this)
    if (!this.#options.begins) this.#restore()
    this.#response.begin()
    const extra = this.#extra()
    for (const request of this.#options.requests) {
      const refused = refusedLevel(request, server)
      if (refused) void this.#response.answer(refused)
      else this.onmessage?.(request, extra)
    }
  }

  /** Called by the server once it takes this transport; what is taken here is given back when either closes. */
  async start(): Promise<void> {
    const { session, readers, streams } = this.#options
    this.#hold = readers.hold(session.id, session.logged, this)
    streams.add(this)
  }

  async send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    if (this.#over) return
    if (!('method' in message)) {
      return message.id === this.#stream ? undefined : this.#response.answer(message as Answer)
    }
    const outgoing = this.#own.outgoing(message)
    // A request is asked where its answer is waited for, even if the server does not say for which call: on the standalone
    // stream it would be missed by a client that opens that stream later.
    if (options?.relatedRequestId === undefined && !('id' in message)) {
      const { sessions } = this.#options
      await sessions.append(this.sessionId, STANDALONE, JSON.stringify(outgoing))
      return
    }
    return this.#response.notify(outgoing)
  }

  async close(): Promise<void> {
    if (!this.#over) {
      this.#over = true
      this.#response.close()
      this.#hold?.release()
      this.#options.streams.delete(this)
      this.#options.onOver()
    }
    this.onclose?.()
  }

  tick(now: number): void {
    if (this.#isKeptAlive(now)) this.#response.keepAlive()
  }

  /** The process ends: whoever waits is told so, at the stream or at whichever replica it looks for the rest. */
  end(): Promise<void> {
    return this.#response.answerAll((id) => errorFor(id, INTERNAL_ERROR, INTERRUPTED))
  }

  take({ parsed }: ReadEntry): void {
    const message = parsed as JSONRPCMessage
    if ('method' in message && message.method === 'notifications/cancelled') {
      const cancelled = (message.params as { requestId?: RequestId } | undefined)?.requestId
      if (cancelled === undefined || !this.#response.isOpen(cancelled)) return
      this.onmessage?.(message, this.#options.extra)
      void this.#response.cancel(cancelled)
      return
    }
    const incoming = this.#own.incoming(message)
    if (incoming !== undefined) this.onmessage?.(incoming, this.#options.extra)
  }

  hear(news: SessionNews): void {
    if (news.kind === 'ended') {
      // Its log is gone with it.
      void this.#response.answerAll((id) => errorFor(id, SESSION_NOT_FOUND, ENDED), true)
    } else if (news.kind === 'viewed' && news.stream === this.#stream) this.#response.makeWay()
  }

  recover(): void {}

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
    return { ...extra, closeSSEStream: () => void this.#response.letGo() }
  }
}

const ENDED = 'The session has ended'
const INTERRUPTED = 'The server is being restarted; the request may have been carried out in part'
