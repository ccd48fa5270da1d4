/**
 * HTTP+SSE, the transport of 2024-11-05 that is deprecated and still spoken: the session lives with its stream, and what its
 * client posts comes to the replica that holds the stream, from whichever replica it was posted to.
 */
import type { ServerResponse } from 'node:http'
import {
  isJSONRPCRequest,
  type JSONRPCMessage,
  type McpServer,
  type ServerEvent,
} from '@modelcontextprotocol/server'
import type { Caller } from '../authentication/person.ts'
import { START } from '../replicas/position.ts'
import { beginSession } from '../sessions/begin-session.ts'
import { INBOX } from '../sessions/inbox.ts'
import type { ReadEntry } from '../sessions/read-entry.ts'
import { HTTP_SSE, type Session } from '../sessions/session.ts'
import type { SessionHolder } from '../sessions/session-holder.ts'
import type { SessionNews } from '../sessions/session-topic.ts'
import { changeNotification } from './change-notification.ts'
import { HttpSseRequests } from './http-sse-requests.ts'
import { HttpSseTransport } from './http-sse-transport.ts'
import { errorFor } from './json-rpc-error.ts'
import { refusedLevel } from './log-level.ts'
import { every, type HeldOpen, type Holding, KEEP_ALIVE, USES } from './open-streams.ts'
import { ownerOf } from './owner-of.ts'
import { Refused } from './refused.ts'

/** Bytes. */
const MOST_UNREAD = 8 * 1024 * 1024

/** What a message must come with, or be another session's: the server was made for a person with these rights. */
export function rightsOf({ scopes, extra }: Caller): string {
  const { studentId, roles } = extra.person
  return JSON.stringify({ scopes: [...scopes].sort(), studentId, roles: [...roles].sort() })
}

/** A stream that is held here, with the one server that answers on it. */
export class HttpSseStream implements HeldOpen, SessionHolder {
  readonly mayFinish = false
  readonly full = false
  readonly streams = [INBOX]
  readonly #options: Holding
  readonly #caller: Caller
  readonly #server: McpServer
  readonly #response: ServerResponse
  readonly #transport: HttpSseTransport
  readonly #requests: HttpSseRequests
  readonly #isKeptAlive: (now: number) => boolean
  readonly #isUsed: (now: number) => boolean
  #stop: (() => void)[] = []

  constructor(response: ServerResponse, server: McpServer, caller: Caller, options: Holding) {
    this.#options = options
    this.#caller = caller
    this.#server = server
    this.#response = response
    const begun = options.now()
    this.#isKeptAlive = every(KEEP_ALIVE, begun)
    this.#isUsed = every(options.lifetime / USES, begun)
    this.#requests = new HttpSseRequests(options.limits, caller.extra.person.id)
    this.#transport = new HttpSseTransport(response, (message) => this.#noteSent(message))
  }

  /** @throws StoreUnavailableError before anything left */
  async open(): Promise<void> {
    const { sessions, readers, bus, feed, streams, limits, onError } = this.#options
    const { sessionId } = this.#transport
    const session: Session = {
      id: sessionId,
      owner: ownerOf(this.#caller),
      initialize: { rights: rightsOf(this.#caller), replica: bus.replica },
      protocolVersion: HTTP_SSE,
    }
    await beginSession(session, { sessions, bus })
    const hold = readers.hold(sessionId, START, this)
    this.#stop = [
      () => hold.release(),
      () => this.#requests.release(),
      feed.subscribe((event) => this.#announce(event).catch(onError)),
      limits.beginStream(this.#caller.extra.person.id, this),
      () => streams.delete(this),
      () => void this.#server.close().catch(onError),
      () => void sessions.end(sessionId).catch(onError),
    ]
    streams.add(this)
    // Who left in the meantime would be held for ever.
    if (this.#response.destroyed) return this.#release()
    this.#response.once('close', () => this.#release())
    await this.#server.connect(this.#transport)
  }

  tick(now: number): void {
    if (this.#isKeptAlive(now) && this.#response.writableLength === 0) {
      this.#response.write(': keepalive\n\n')
    }
    if (this.#isUsed(now)) this.#use().catch(this.#options.onError)
  }

  end(): void {
    this.#response.end()
    this.#release()
  }

  take({ parsed }: ReadEntry): void {
    const message = parsed as JSONRPCMessage
    const { onError } = this.#options
    try {
      if (!this.#requests.received(message)) return
    } catch (error) {
      if (!(error instanceof Refused) || !isJSONRPCRequest(message)) throw error
      const refused = errorFor(message.id, error.code, error.message)
      this.#transport.send(refused).catch(onError)
      return
    }
    const refused = isJSONRPCRequest(message) && refusedLevel(message, this.#server)
    if (refused) this.#transport.send(refused).catch(onError)
    else this.#transport.handleMessage(message, { authInfo: this.#caller }).catch(onError)
  }

  hear({ kind }: SessionNews): void {
    if (kind === 'ended') this.end()
  }

  recover(): void {}

  /** Whatever ends it, once. */
  #release(): void {
    for (const stop of this.#stop.splice(0)) stop()
  }

  async #use(): Promise<void> {
    const { sessionId } = this.#transport
    if ((await this.#options.sessions.use(sessionId)) === undefined) this.end()
  }

  #noteSent(message: JSONRPCMessage): void {
    this.#requests.sent(message)
    // Who does not read what they ask for is not waited for: nothing else bounds it here.
    if (this.#response.writableLength > MOST_UNREAD) this.#response.destroy()
  }

  async #announce(event: ServerEvent): Promise<void> {
    const { subscriptions } = this.#requests
    if (event.kind === 'resource_updated' && !subscriptions.has(event.uri)) return
    await this.#transport.send(changeNotification(event))
  }
}
