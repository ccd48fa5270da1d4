/**
 * Ids of events on a session's streams (MCP 2025-11-25 Transports, "Resumability and Redelivery"): unique in the session, and
 * enough to tell which stream to resume, and where. `<place in the log>_<stream>` of a call;
 * `<place in the log>_<place in the feed>_` of the stream that belongs to no call.
 */
import type { Position } from '../replicas/position.ts'
import { STANDALONE } from '../sessions/session.ts'

export interface EventId {
  stream: string
  /** In the session's log. */
  logged: Position
  /** In the feed of changes, which only the standalone stream shows. */
  fed?: Position
}

export function writeEventId({ stream, logged, fed }: EventId): string {
  return stream === STANDALONE ? `${logged}_${fed ?? ''}_` : `${logged}_${stream}`
}

// As long as a Redis Stream's own numbers may safely be.
const POSITION = String.raw`\d{1,15}-\d{1,15}`
const OF_CALL = new RegExp(`^(${POSITION})_([0-9a-f-]{36})$`)
const STANDALONE_ID = new RegExp(`^(${POSITION})_(${POSITION})_$`)

/** Undefined for what is no id of ours. */
export function parseEventId(value: string): EventId | undefined {
  const [, logged, stream] = OF_CALL.exec(value) ?? []
  if (logged !== undefined && stream !== undefined) return { logged, stream }
  const [, at, fed] = STANDALONE_ID.exec(value) ?? []
  if (at !== undefined && fed !== undefined) return { stream: STANDALONE, logged: at, fed }
  return undefined
}
