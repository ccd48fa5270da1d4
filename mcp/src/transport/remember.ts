/** What a session remembers of the requests that were answered with success, before their answers leave. */
import {
  type JSONRPCRequest,
  type McpServer,
  ProtocolError,
  ProtocolErrorCode,
} from '@modelcontextprotocol/server'
import type { Bus } from '../replicas/bus.ts'
import { beginSession } from '../sessions/begin-session.ts'
import { LONGEST_URI, MAX_SUBSCRIPTIONS, type Session } from '../sessions/session.ts'
import type { SessionStore } from '../sessions/session-store.ts'
import { tellSession } from '../sessions/session-topic.ts'

/**
 * @throws ProtocolError for what is too much to remember
 * @throws StoreUnavailableError
 */
export async function remember(
  request: JSONRPCRequest,
  result: unknown,
  session: Session,
  { sessions, bus }: { sessions: SessionStore; bus: Bus },
): Promise<void> {
  const params = request.params as { level?: string; uri?: string } | undefined
  switch (request.method) {
    case 'initialize': {
      const { protocolVersion } = result as { protocolVersion: string }
      return beginSession({ ...session, protocolVersion }, { sessions, bus })
    }
    case 'logging/setLevel':
      return sessions.setLogLevel(session.id, params?.level ?? '')
    case 'resources/subscribe': {
      const uri = params?.uri ?? ''
      if (uri.length > LONGEST_URI || !(await sessions.subscribe(session.id, uri))) {
        const most = `no more than ${MAX_SUBSCRIPTIONS} subscriptions, of ${LONGEST_URI} characters`
        throw new ProtocolError(ProtocolErrorCode.InvalidParams, most)
      }
      return tellSession(bus, session.id, { kind: 'subscriptions' })
    }
    case 'resources/unsubscribe':
      await sessions.unsubscribe(session.id, params?.uri ?? '')
      return tellSession(bus, session.id, { kind: 'subscriptions' })
  }
}

/** The SDK has no handlers of its own for these two, and a server that only announces changes need not write them. */
export function acceptSubscriptions({ server }: McpServer, method: string): void {
  if (method !== 'resources/subscribe' && method !== 'resources/unsubscribe') return
  if (server.getCapabilities().resources?.subscribe !== true) return
  try {
    server.assertCanSetRequestHandler(method)
  } catch {
    return
  }
  server.setRequestHandler(method, () => ({}))
}
