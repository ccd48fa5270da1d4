/**
 * Requests that a server sends to its client. Each server of a session numbers its own from 0, so the ids of one get a prefix
 * of their own on the way out (JSON-RPC 2.0 §4, MCP "Requests": never used before in the session), and lose it on the way in.
 */
import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/server'

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
