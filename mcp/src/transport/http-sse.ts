/**
 * HTTP+SSE, the transport of 2024-11-05 that is deprecated and still spoken: the session lives with its stream, and what its
 * client posts comes to the replica that holds the stream, from whichever replica it was posted to.
 */
import type { ServerResponse } from 'node:http'
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js'
import {
  isJSONRPCRequest,
  type JSONRPCMessage,
  type McpServer,
  type ServerEvent,
} from '@modelcontextprotocol/server'
import type { Caller } from '../authentication/person.ts'
import { START } from '../replicas/position.ts'
import { beginSession } from '../sessions/begin-session.ts'
import { Inbox } from '../sessions/inbox.ts'
import { HTTP_SSE, LONGEST_URI, MAX_SUBSCRIPTIONS, type Session } from '../sessions/session.ts'
import { hearSession } from '../sessions/session-topic.ts'
import { changeNotification } from './change-notification.ts'
import { every, type HeldOpen, type Holding, KEEP_ALIVE, USES } from './open-streams.ts'
import { ownerOf } from './owner-of.ts'

/** What a client posts to is relative to the origin, so it is the same through the gateway. */
const MESSAGES = '/messages'

/** Bytes. */
const MOST_UNREAD = 8 * 1024 * 1024

/** What a message must come with, or be another session's: the server was made for a person with these rights. */
export function rightsOf({ scopes, extra }: Caller): string {
  const { studentId, roles } = extra.person
  return JSON.stringify({ scopes: [...scopes].sort(), studentId, roles: [...roles].sort() })
}

/** A stream that is held here, with the one server that answers on it. */
export class HttpSseStream implements HeldOpen {
  readonly mayFinish = false
  readonly #options: Holding
  readonly #caller: Caller
  readonly #server: McpServer
  readonly #response: ServerResponse
  readonly #transport: SSEServerTransport
  /** Requests that change the subscriptions, until they are answered. */
  readonly #pending = new Map<string | number, { subscribes: boolean; uri: string }>()
  readonly #subscriptions = new Set<string>()
  #stop: (() => void)[] = []
  #inbox: Inbox | undefined
  readonly #isKeptAlive: (now: number) => boolean
  readonly #isUsed: (now: number) => boolean

  constructor(response: ServerResponse, server: McpServer, caller: Caller, options: Holding) {
    this.#options = options
    this.#caller = caller
    this.#server = server
    this.#response = response
    const begun = options.now()
    this.#isKeptAlive = every(KEEP_ALIVE, begun)
    this.#isUsed = every(options.lifetime / USES, begun)
    this.#transport = new SSEServerTransport(MESSAGES, response)
  }

  /** @throws StoreUnavailableError before anything left */
  async open(): Promise<void> {
    const { sessions, bus, feed, streams, onError } = this.#options
    const { sessionId } = this.#transport
    const session: Session = {
      id: sessionId,
      owner: ownerOf(this.#caller),
      initialize: { rights: rightsOf(this.#caller), replica: bus.replica },
      protocolVersion: HTTP_SSE,
    }
    await beginSession(session, { sessions, bus })
    // Who left in the meantime would be held for ever.
    if (this.#response.destroyed) return this.#release()
    this.#response.once('close', () => this.#release())
    const onMessage = (message: JSONRPCMessage) => this.#receive(message)
    const inbox = new Inbox({ sessionId, from: START, sessions, bus, onMessage, onError })
    this.#inbox = inbox
    this.#stop = [
      () => inbox.close(),
      hearSession(bus, sessionId, ({ kind }) => {
        if (kind === 'ended') this.end()
      }),
      feed.subscribe((event) => this.#announce(event).catch(onError)),
    ]
    streams.add(this)
    const send = this.#transport.send.bind(this.#transport)
    this.#transport.send = (message) => {
      this.#noteAnswer(message as JSONRPCMessage)
      // Who does not read what they ask for is not waited for: nothing else bounds it here.
      if (this.#response.writableLength > MOST_UNREAD) this.#response.destroy()
      return send(message)
    }
    await this.#server.connect(this.#transport)
  }

  tick(now: number): void {
    if (this.#inbox?.behind) this.#inbox.look()
    if (this.#isKeptAlive(now) && this.#response.writableLength === 0) {
      this.#response.write(': keepalive\n\n')
    }
    if (this.#isUsed(now)) this.#use().catch(this.#options.onError)
  }

  async #use(): Promise<void> {
    const { sessionId } = this.#transport
    if ((await this.#options.sessions.use(sessionId)) === undefined) this.end()
  }

  end(): void {
    this.#response.end()
    this.#release()
  }

  #release(): void {
    const { sessions, streams, onError } = this.#options
    for (const stop of this.#stop.splice(0)) stop()
    streams.delete(this)
    this.#server.close().catch(onError)
    sessions.end(this.#transport.sessionId).catch(onError)
  }

  #receive(message: JSONRPCMessage): void {
    this.#noteRequest(message)
    const extra = { authInfo: this.#caller }
    this.#transport.handleMessage(message, extra).catch(this.#options.onError)
  }

  #noteRequest(message: JSONRPCMessage): void {
    if (!isJSONRPCRequest(message)) return
    const { id, method, params } = message
    const subscribes = method === 'resources/subscribe'
    if (!subscribes && method !== 'resources/unsubscribe') return
    const { uri } = params ?? {}
    if (typeof uri === 'string') this.#pending.set(id, { subscribes, uri })
  }

  #noteAnswer(message: JSONRPCMessage): void {
    if ('method' in message || message.id === undefined) return
    const noted = this.#pending.get(message.id)
    this.#pending.delete(message.id)
    if (noted === undefined || !('result' in message)) return
    if (!noted.subscribes) this.#subscriptions.delete(noted.uri)
    else if (noted.uri.length <= LONGEST_URI && this.#subscriptions.size < MAX_SUBSCRIPTIONS) {
      this.#subscriptions.add(noted.uri)
    }
  }

  async #announce(event: ServerEvent): Promise<void> {
    if (event.kind === 'resource_updated' && !this.#subscriptions.has(event.uri)) return
    await this.#transport.send(changeNotification(event))
  }
}
