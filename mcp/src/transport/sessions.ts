/**
 * /mcp for the 2025 revisions (MCP 2025-11-25 Transports): a session is a record that every replica can read, and each POST is
 * served by a server of its own, which knows the client again from that record. No process owns a session.
 */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  isJSONRPCRequest,
  type JSONRPCMessage,
  type JSONRPCRequest,
  SUPPORTED_PROTOCOL_VERSIONS,
} from '@modelcontextprotocol/server'
import type { Caller } from '../authentication/person.ts'
import { outageOf } from '../operations/outage.ts'
import { StoreUnavailableError } from '../redis/ask.ts'
import { START } from '../replicas/position.ts'
import type { Asked, Serving } from '../serving.ts'
import {
  type FoundSession,
  HTTP_SSE,
  isOwner,
  SESSION_ID,
  STANDALONE,
} from '../sessions/session.ts'
import { tellSession } from '../sessions/session-topic.ts'
import { sendJson, sendUnavailable } from './answers.ts'
import { clientJson, clientMessageJson } from './client-json.ts'
import { parseEventId } from './event-id.ts'
import { EventView } from './event-view.ts'
import { INVALID_REQUEST, SESSION_NOT_FOUND, UNAVAILABLE } from './json-rpc-error.ts'
import { checkIds } from './message-limits.ts'
import type { Holding } from './open-streams.ts'
import { inboxFor } from './own-requests.ts'
import { ownerOf } from './owner-of.ts'
import { answerRefusal, Refused } from './refused.ts'
import { acceptSubscriptions, remember } from './remember.ts'
import { sendScopeChallenge } from './scope-challenge.ts'
import { PRIMES_FROM, SessionCall } from './session-call.ts'

export interface SessionsOptions extends Serving, Holding {}

/** One HTTP request that is not of 2026-07-28, on a response that Fastify has let go of. */
export interface SessionExchange {
  request: IncomingMessage
  response: ServerResponse
  /** With an Outage of its own. */
  caller: Caller
  /** Parsed, and found to be JSON-RPC. */
  body: unknown
}

/** The only revision that has them (MCP 2025-03-26, "Sending Messages to the Server"). */
const BATCHES = '2025-03-26'
const MAX_BATCH = 100
/** Characters; what a client says of itself is kept for as long as its session. */
const MAX_INITIALIZE = 64 * 1024

/** What answers POST, GET and DELETE; each throws Refused or StoreUnavailableError where nothing was answered. */
export function createSessions(options: SessionsOptions) {
  const { createServer, notify, sessions, readers, bus, feed, streams, limits, onError } = options
  const { lifetime, now } = options

  /** @throws Refused 400 without an id, 404 for what is no session of the caller's: whose it is, is nobody's business */
  async function sessionOf({ request, caller }: SessionExchange): Promise<FoundSession> {
    const { 'mcp-session-id': id, 'mcp-protocol-version': version } = request.headers
    if (id === undefined) {
      throw new Refused(400, UNAVAILABLE, 'Bad Request: Mcp-Session-Id header is required')
    }
    const session = SESSION_ID.test(String(id)) ? await sessions.use(String(id)) : undefined
    const isTheirs = session !== undefined && isOwner(session, ownerOf(caller))
    if (!isTheirs || session.protocolVersion === HTTP_SSE) {
      throw new Refused(404, SESSION_NOT_FOUND, 'Session not found')
    }
    if (version !== undefined && !SUPPORTED_PROTOCOL_VERSIONS.includes(String(version))) {
      const supported = SUPPORTED_PROTOCOL_VERSIONS.join(', ')
      const message = `Bad Request: Unsupported protocol version (supported versions: ${supported})`
      throw new Refused(400, UNAVAILABLE, message)
    }
    return session
  }

  async function post(exchange: SessionExchange): Promise<void> {
    const { body } = exchange
    if (isJSONRPCRequest(body) && body.method === 'initialize') return begin(exchange, body)
    const session = await sessionOf(exchange)
    const messages = (Array.isArray(body) ? body : [body]) as JSONRPCMessage[]
    if (Array.isArray(body)) checkBatch(session, messages)
    const requests = messages.filter((message) => isJSONRPCRequest(message))
    checkIds(requests)
    limits.countCompletions(session.owner.person, requests)
    // Whichever replica waits for it; before the call, which has the response from then on.
    for (const message of messages) {
      if (isJSONRPCRequest(message)) continue
      const inbox = inboxFor(message)
      const json = clientMessageJson(message)
      if (inbox !== undefined) await sessions.append(session.id, inbox, json)
    }
    if (requests.length > 0) await call(exchange, session, requests, false)
    else exchange.response.writeHead(202).end()
  }

  async function begin(exchange: SessionExchange, request: JSONRPCRequest): Promise<void> {
    checkIds([request])
    const initialize = request.params ?? {}
    if (clientJson(initialize).length > MAX_INITIALIZE) {
      throw new Refused(
        413,
        INVALID_REQUEST,
        `initialize is limited to ${MAX_INITIALIZE} characters`,
      )
    }
    const owner = ownerOf(exchange.caller)
    const session = { id: randomUUID(), owner, initialize, protocolVersion: '', logged: START }
    await call(exchange, session, [request], true)
  }

  async function call(
    exchange: SessionExchange,
    session: FoundSession,
    requests: readonly JSONRPCRequest[],
    begins: boolean,
  ): Promise<void> {
    const onOver = limits.beginCalls(session.owner.person, requests.length)
    try {
      const serving = await answering(exchange, session, requests, begins, onOver)
      if (serving === undefined) onOver()
    } catch (error) {
      onOver()
      throw error
    }
  }

  /** @returns undefined where a challenge was the answer */
  async function answering(
    { response, caller, body }: SessionExchange,
    session: FoundSession,
    requests: readonly JSONRPCRequest[],
    begins: boolean,
    onOver: () => void,
  ): Promise<SessionCall | undefined> {
    const [only] = requests
    const asked = requests.length === 1 && only ? askedBy(only) : undefined
    const context = { era: 'legacy', authInfo: caller, notify } as const
    const server = await createServer({ ...context, ...(asked && { asked }) })
    if (await sendScopeChallenge(response, requests, server, caller)) return undefined
    for (const { method } of requests) acceptSubscriptions(server, method)
    const outage = outageOf(caller)
    const serving = new SessionCall({
      session,
      begins,
      requests,
      extra: { authInfo: caller },
      response,
      answerAtOnce(answers) {
        if (outage.cause !== undefined) {
          onError(outage.cause)
          return sendUnavailable(response, body)
        }
        const [first] = answers
        const began = begins && first !== undefined && 'result' in first
        const headers = began ? { 'mcp-session-id': session.id } : undefined
        try {
          sendJson(response, 200, Array.isArray(body) ? answers : first, headers)
        } catch (error) {
          answerRefusal(response, error as Error, body, onError)
        }
      },
      async onResult(request, result) {
        try {
          await remember(request, result, session, { sessions, bus })
        } catch (error) {
          if (error instanceof StoreUnavailableError) outage.note(error)
          throw error
        }
      },
      onOver,
      sessions,
      readers,
      bus,
      streams,
      now,
      onError,
    })
    await serving.serve(server)
    return serving
  }

  async function get(exchange: SessionExchange): Promise<void> {
    const { request, response } = exchange
    if (!/text\/event-stream|\*\/\*/.test(request.headers.accept ?? '')) {
      throw new Refused(406, UNAVAILABLE, 'Not Acceptable: Client must accept text/event-stream')
    }
    const { id: sessionId, owner, protocolVersion } = await sessionOf(exchange)
    const resumed = parseEventId(String(request.headers['last-event-id'] ?? ''))
    const stream = resumed?.stream ?? STANDALONE
    // An id that was made up is no place to resume from: what comes from now on is shown.
    const logged = resumed?.logged ?? (await sessions.newest(sessionId))
    const fed = resumed ? (resumed.fed ?? START) : await feed.newest()
    if (stream !== STANDALONE && (await isOver(sessionId, stream, logged))) {
      // HTML, "Server-sent events": 204 tells the client not to come back.
      response.writeHead(204).end()
      return
    }
    // Who left in the meantime would be shown to for ever.
    if (response.destroyed) return
    const primes = protocolVersion >= PRIMES_FROM
    const at = { person: owner.person, sessionId, stream, logged, fed, primes, response }
    const held = { sessions, readers, bus, feed, streams, limits, lifetime, now, onError }
    new EventView({ ...at, ...held })
  }

  async function isOver(id: string, stream: string, after: string): Promise<boolean> {
    // In this order: what is answered in between is in the log.
    if ((await sessions.openRequests(id, stream)).length > 0) return false
    for (let place = after; ; ) {
      const entries = await sessions.read(id, place)
      if (entries.some((entry) => entry.stream === stream && entry.message !== '')) return false
      if (entries.length === 0) return true
      place = entries.at(-1)?.position ?? place
    }
  }

  async function end(exchange: SessionExchange): Promise<void> {
    const { id } = await sessionOf(exchange)
    await sessions.end(id)
    await tellSession(bus, id, { kind: 'ended' })
    exchange.response.writeHead(200).end()
  }

  return { post, get, end }
}

/** @throws Refused 400 */
function checkBatch({ protocolVersion }: FoundSession, messages: readonly JSONRPCMessage[]): void {
  if (protocolVersion !== BATCHES) {
    throw new Refused(400, INVALID_REQUEST, `Batches are of ${BATCHES} only`)
  }
  const begins = messages.some((each) => 'method' in each && each.method === 'initialize')
  if (messages.length > MAX_BATCH || begins) {
    throw new Refused(400, INVALID_REQUEST, `A batch has ${MAX_BATCH} messages, none initializes`)
  }
}

function askedBy({ method, params }: JSONRPCRequest): Asked {
  const name = params?.name ?? params?.uri
  return typeof name === 'string' ? { method, name } : { method }
}
