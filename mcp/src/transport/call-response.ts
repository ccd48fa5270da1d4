/**
 * What the client gets for the requests of one POST in a session (MCP 2025-11-25 Transports, "Sending Messages to the Server").
 *
 * What is answered at once leaves as JSON and is not logged. As soon as a message comes before the answer, or the answer
 * takes its time, the response becomes a stream whose every event is in the session's log first: from then on the client may
 * lose its connection, and any replica can show it the rest.
 */
import type { ServerResponse } from 'node:http'
import {
  type JSONRPCMessage,
  type JSONRPCRequest,
  ProtocolError,
  type RequestId,
} from '@modelcontextprotocol/server'
import type { Bus } from '../replicas/bus.ts'
import type { Position } from '../replicas/position.ts'
import type { SessionStore } from '../sessions/session-store.ts'
import { AnswerLog } from './answer-log.ts'
import { writeEventId } from './event-id.ts'
import { EventStream } from './event-stream.ts'
import { errorFor, INTERNAL_ERROR } from './json-rpc-error.ts'

export interface CallResponseOptions {
  sessionId: string
  /** Of the log, where the call has one of its own. */
  stream: string
  requests: readonly JSONRPCRequest[]
  response: ServerResponse
  /** Sends the event by which a client learns where it is. */
  primes: boolean
  sessions: SessionStore
  bus: Bus
  /** Answers all that was answered before anything left. */
  answerAtOnce(answers: readonly JSONRPCMessage[]): void
  /** Called with each successful answer before it leaves. */
  onResult(request: JSONRPCRequest, result: unknown): Promise<void>
  /** The client is told to wait: what it says to this call from now on may be long in coming. */
  onStream(): void
  /** Nothing more will leave. */
  onConcluded(): Promise<void> | undefined
  onError: (error: Error) => void
}

/** Milliseconds after which an answer is no longer one that comes at once. */
const AT_ONCE = 100

export type Answer = JSONRPCMessage & { id: RequestId }

export class CallResponse {
  readonly #options: CallResponseOptions
  readonly #open = new Map<RequestId, JSONRPCRequest>()
  readonly #answers: Answer[] = []
  readonly #answerLog: AnswerLog
  /** Everything that is sent, in its order. */
  #sending: Promise<void> = Promise.resolve()
  #events: EventStream | undefined
  #state: 'waiting' | 'streaming' | 'over' = 'waiting'
  /** The client can come back for the rest. */
  #logged = false
  #patience: NodeJS.Timeout | undefined

  constructor(options: CallResponseOptions) {
    this.#options = options
    this.#answerLog = new AnswerLog(options)
    for (const request of options.requests) this.#open.set(request.id, request)
  }

  /** The requests are being worked on from now on. */
  begin(): void {
    this.#patience = setTimeout(() => this.#queue(() => this.#becomeStream()), AT_ONCE)
  }

  isOpen(id: RequestId): boolean {
    return this.#open.has(id)
  }

  answer(answer: Answer): Promise<void> {
    return this.#queue(() => this.#answer(answer))
  }

  /** In place of all answers that are missing. @param isLost the log is gone, too */
  answerAll(answer: (id: RequestId) => Answer, isLost = false): Promise<void> {
    for (const id of [...this.#open.keys()]) {
      void this.#queue(() => {
        if (isLost) this.#logged = false
        return this.#answer(answer(id))
      })
    }
    return this.#sending
  }

  notify(message: JSONRPCMessage): Promise<void> {
    return this.#queue(() => this.#notify(message))
  }

  /** Cancelled requests get no answer (MCP 2025-11-25 Cancellation). */
  cancel(id: RequestId): Promise<void> {
    return this.#queue(() => this.#cancel(id))
  }

  /** The client is told to come back for the rest, which frees the connection. */
  letGo(): Promise<void> {
    return this.#queue(() => this.#letGo())
  }

  /** The stream is shown elsewhere from now on. */
  makeWay(): void {
    this.#events?.end()
  }

  keepAlive(): void {
    this.#events?.keepAlive()
  }

  close(): void {
    this.#state = 'over'
    clearTimeout(this.#patience)
  }

  #queue(step: () => Promise<void>): Promise<void> {
    this.#sending = this.#sending.then(step).catch(this.#options.onError)
    return this.#sending
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
    const { sessions, sessionId, stream, onError } = this.#options
    return (await sessions.append(sessionId, stream, message).catch(onError)) ?? undefined
  }

  /** @param needed something has to leave, even if it cannot be logged */
  async #becomeStream(needed = false): Promise<void> {
    if (this.#state !== 'waiting') return
    clearTimeout(this.#patience)
    const { sessions, bus, sessionId, stream, response, primes, onStream, onError } = this.#options
    // Nobody was told how to come back.
    if (response.destroyed && !needed) return
    // What is answered already is opened with the rest, and closed by being logged as the rest will be.
    const ids = [...this.#answers.map(({ id }) => id), ...this.#open.keys()]
    const requests = ids.map((id) => ({ id, replica: bus.replica }))
    const position = await sessions.open(sessionId, stream, requests).catch(onError)
    // Redis is away: while nothing has left, the status can still say so.
    if (!position && !needed) return
    this.#state = 'streaming'
    this.#logged = position !== undefined
    onStream()
    if (!response.destroyed) {
      this.#events = new EventStream(response)
      if (position && primes) this.#events.prime(writeEventId({ stream, logged: position }))
    }
    for (const answer of this.#answers) await this.#log(answer.id, this.#json(answer), false)
  }

  async #close(id: RequestId, message: string): Promise<void> {
    this.#open.delete(id)
    const last = this.#open.size === 0
    await this.#log(id, message, last)
    if (last) await this.#conclude()
  }

  async #log(request: RequestId, message: string, last: boolean): Promise<void> {
    const logged = this.#logged && (await this.#answerLog.log({ request, message, last }))
    // It was answered in our name, by who took us for dead.
    if (logged === 'elsewhere' || message === '') return
    await this.#write(message, typeof logged === 'object' ? logged.at : undefined)
  }

  async #write(message: string, position?: Position): Promise<void> {
    const id = position && writeEventId({ stream: this.#options.stream, logged: position })
    if (this.#events && !this.#events.message(message, id)) await this.#events.drained()
  }

  async #letGo(): Promise<void> {
    if (this.#state === 'waiting') await this.#becomeStream()
    if (this.#logged) this.#events?.end()
  }

  async #conclude(): Promise<void> {
    const { response, onConcluded } = this.#options
    if (this.#events) this.#events.end()
    else if (!response.headersSent && !response.destroyed) new EventStream(response).end()
    await onConcluded()
  }
}

const UNREMEMBERED = {
  code: INTERNAL_ERROR,
  message: 'The session could not be changed, try again',
}
