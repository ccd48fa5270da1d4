/**
 * Requests that a server sends to its client. Each server of a session numbers its own from 0, so the ids of one get a prefix
 * of their own on the way out (JSON-RPC 2.0 §4, MCP "Requests": never used before in the session), and lose it on the way in.
 */
import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/server'
import { INBOX, inboxOf } from '../sessions/inbox.ts'

export interface OwnRequests {
  outgoing(message: JSONRPCMessage): JSONRPCMessage
  /** Undefined for an answer, or progress, that belongs to another server's request. */
  incoming(message: JSONRPCMessage): JSONRPCMessage | undefined
}

/** @param prefix of no other server of the session */
export function ownRequests(prefix: string): OwnRequests {
  const mark = (id: RequestId) => `${prefix}.${id}`
  const unmark = (id: unknown) =>
    typeof id === 'string' && id.startsWith(`${prefix}.`)
      ? Number(id.slice(prefix.length + 1))
      : undefined

  return {
    outgoing(message) {
      if (!('method' in message)) return message
      const { params } = message
      if ('id' in message) {
        const token = params?._meta?.progressToken
        const marked = { ...message, id: mark(message.id) }
        if (token === undefined) return marked
        const meta = { ...params?._meta, progressToken: mark(token) }
        return { ...marked, params: { ...params, _meta: meta } }
      }
      if (message.method !== 'notifications/cancelled') return message
      const requestId = mark(params?.requestId as RequestId)
      return { ...message, params: { ...params, requestId } }
    },
    incoming(message) {
      if (!('method' in message)) {
        const id = unmark(message.id)
        return id === undefined ? undefined : ({ ...message, id } as JSONRPCMessage)
      }
      if (message.method !== 'notifications/progress') return message
      const progressToken = unmark(message.params?.progressToken)
      if (progressToken === undefined) return undefined
      return { ...message, params: { ...message.params, progressToken } }
    },
  }
}

/** As the prefix of a call is made: a UUID. */
const OF_CALL = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.\d{1,15}$/

/** Where the call reads it whose request is answered, or where all calls do. Undefined for what no call can have asked. */
export function inboxFor(message: JSONRPCMessage): string | undefined {
  if ('method' in message && message.method !== 'notifications/progress') return INBOX
  const named = 'method' in message ? message.params?.progressToken : message.id
  const [, call] = OF_CALL.exec(String(named)) ?? []
  return call && inboxOf(call)
}
