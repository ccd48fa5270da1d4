/**
 * POST /messages?sessionId=…: what the client of an HTTP+SSE stream has to say (MCP 2024-11-05 Transports, "HTTP with SSE"). 202:
 * it is on its way to the replica that holds the stream, where the answer leaves. 404 for what is no session of the caller's.
 */
import {
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJSONRPCResponse,
  type JSONRPCMessage,
} from '@modelcontextprotocol/server'
import type { FastifyInstance } from 'fastify'
import { bearerGate } from '../authentication/bearer.ts'
import type { Caller } from '../authentication/person.ts'
import type { Bus } from '../replicas/bus.ts'
import type { Serving } from '../serving.ts'
import { INBOX } from '../sessions/inbox.ts'
import { HTTP_SSE, isOwner, SESSION_ID } from '../sessions/session.ts'
import type { SessionStore } from '../sessions/session-store.ts'
import { callerOf } from './caller-of.ts'
import { clientJson } from './client-json.ts'
import { rightsOf } from './http-sse.ts'
import { INVALID_REQUEST, SESSION_NOT_FOUND } from './json-rpc-error.ts'
import { checkIds } from './message-limits.ts'
import { ownerOf } from './owner-of.ts'
import type { PersonLimits } from './person-limits.ts'
import { answerRefusal, Refused } from './refused.ts'
import { sendScopeChallenge } from './scope-challenge.ts'

export interface MessagesEndpointOptions {
  verify: (token: string) => Promise<Caller>
  serving: Serving
  sessions: SessionStore
  bus: Bus
  limits: PersonLimits
  onError: (error: Error) => void
}

export function messagesEndpoint(app: FastifyInstance, options: MessagesEndpointOptions): void {
  const { verify, serving, sessions, bus, limits, onError } = options

  /** @throws Refused 404 */
  async function checkSession(id: unknown, caller: Caller): Promise<string> {
    const session =
      typeof id === 'string' && SESSION_ID.test(id) ? await sessions.use(id) : undefined
    if (session?.protocolVersion === HTTP_SSE && isOwner(session, ownerOf(caller))) {
      const { rights, replica } = session.initialize
      if (rights === rightsOf(caller) && (await bus.isPresent(String(replica)))) return session.id
    }
    throw new Refused(404, SESSION_NOT_FOUND, 'Session not found')
  }

  app.post<{ Querystring: { sessionId?: unknown } }>(
    '/messages',
    { onRequest: bearerGate(verify) },
    async (request, reply) => {
      const caller = callerOf(request)
      const { body } = request
      reply.hijack()
      try {
        const id = await checkSession(request.query.sessionId, caller)
        if (!isMessage(body)) {
          throw new Refused(400, INVALID_REQUEST, 'The body is not one JSON-RPC message')
        }
        if (isJSONRPCRequest(body)) {
          checkIds([body])
          limits.countCompletions(caller.extra.person.id, [body])
          const { createServer, notify } = serving
          const server = await createServer({ era: 'legacy', authInfo: caller, notify })
          if (await sendScopeChallenge(reply.raw, [body], server, caller)) return
        }
        await sessions.append(id, INBOX, clientJson(body))
        reply.raw.writeHead(202).end('Accepted')
      } catch (error) {
        answerRefusal(reply.raw, error as Error, body, onError)
      }
    },
  )
}

function isMessage(body: unknown): body is JSONRPCMessage {
  return isJSONRPCRequest(body) || isJSONRPCNotification(body) || isJSONRPCResponse(body)
}
