/** Where sessions are, by their UUIDs: two implementations (Redis, memory) that keep one suite of promises. */
import type { Position } from '../replicas/position.ts'
import type { FoundSession, LogEntry, OpenRequest, Session } from './session.ts'

/**
 * Every verb may throw StoreUnavailableError. What belongs to a session goes with it: after `end`, or when its lifetime is
 * over, every verb answers as if it had never been, and nothing brings it back.
 */
export interface SessionStore {
  /** Ends the oldest sessions of that person where they would be too many; returns their ids. */
  create(session: Session): Promise<string[]>
  /** The session, whose lifetime begins anew. */
  use(id: string): Promise<FoundSession | undefined>
  setLogLevel(id: string, level: string): Promise<void>
  /** False where the session has too many. */
  subscribe(id: string, uri: string): Promise<boolean>
  unsubscribe(id: string, uri: string): Promise<void>
  subscriptions(id: string): Promise<Set<string>>
  /** False where there was none. */
  end(id: string): Promise<boolean>

  /**
   * Opens the stream of a call: its requests wait for answers from this replica.
   * @returns the place of its beginning; undefined where the session is gone or has too many of them
   */
  open(id: string, stream: string, requests: readonly OpenRequest[]): Promise<Position | undefined>
  /** Logs a message that answers nothing. Undefined where the session is gone. */
  append(id: string, stream: string, message: string): Promise<Position | undefined>
  /**
   * Logs the answer to an open request, which is closed by it: of many who try, one succeeds.
   * @param answer.message JSON; empty where the request was cancelled and gets none
   * @param answer.last no other request of the stream is open
   * @returns undefined where somebody else closed it, or the session is gone
   */
  answer(
    id: string,
    stream: string,
    answer: { request: string | number; message: string; last: boolean },
  ): Promise<Position | undefined>
  openRequests(id: string, stream: string): Promise<OpenRequest[]>
  /** Entries of all streams after a place, oldest first; as many as a reader may want at a time. */
  read(id: string, after: Position): Promise<LogEntry[]>
  /** The place of the newest entry. */
  newest(id: string): Promise<Position>
}

/** How many entries `read` returns at most. */
export const READ_COUNT = 100
