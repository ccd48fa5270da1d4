/**
 * A session of the 2025 revisions (MCP 2025-11-25, Transports, "Session Management"): all that a replica has to know to serve
 * its next request, and the log of what was sent on its streams.
 */
import type { Position } from '../replicas/position.ts'

/** In place of a version: a session of the deprecated transport of 2024-11-05, which the other transport must not serve. */
export const HTTP_SSE = 'http+sse'

/** Whose a session is: the person and the client of the token that began it. */
export interface Owner {
  person: string
  client: string
}

export interface Session {
  id: string
  owner: Owner
  /** Params of the `initialize` request, by which a fresh server comes to know the client again. */
  initialize: Record<string, unknown>
  /** As negotiated; stands in for a header that a client leaves out. HTTP_SSE where the session lives with a stream. */
  protocolVersion: string
  /** Of `logging/setLevel`. */
  logLevel?: string
}

/** A session as it is found for a request. */
export interface FoundSession extends Session {
  /** The place of the newest entry of its log. */
  logged: Position
}

/** The stream of messages that belong to no request: what a GET listens to. Other streams have the id of their call. */
export const STANDALONE = ''

export interface LogEntry {
  position: Position
  stream: string
  /** JSON; empty where an entry only marks a place. */
  message: string
  /** Nothing follows on this stream. */
  last: boolean
}

/** A request that waits for its answer, and the replica that works on it. */
export interface OpenRequest {
  id: string | number
  replica: string
}

export interface SessionLimits {
  /** Milliseconds without use after which a session and all that belongs to it is gone. */
  lifetime: number
  /** Sessions of one person; the oldest go first. */
  perPerson: number
  /** Entries of one session's log; the oldest go first. */
  entries: number
  /** Bytes of one session's log; the oldest go first, and one message is kept whatever its size. */
  bytes: number
}

/** Of one session; more is refused. */
export const MAX_SUBSCRIPTIONS = 200
/** Characters of what is subscribed to. */
export const LONGEST_URI = 2_048
/** Requests of one session that are kept for resumption at a time; more run, but cannot be resumed. */
export const MAX_OPEN_REQUESTS = 500

/** A UUID: what else comes as an id is none, and is not asked for. */
export const SESSION_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export function isOwner(session: Session, { person, client }: Owner): boolean {
  return session.owner.person === person && session.owner.client === client
}
