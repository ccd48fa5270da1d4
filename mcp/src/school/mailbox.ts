/** Messages to students: two implementations (Redis, memory) that keep one suite of promises. */

/** A full mailbox loses its oldest message for each new one. */
export const MAILBOX_LIMIT = 100

export interface Message {
  /** Where it stands in the mailbox; a later message has a later position. */
  position: string
  /** ISO 8601, in UTC. */
  sentAt: string
  text: string
  /** Nobody has read it before. */
  isNew: boolean
}

/** Every verb may throw StoreUnavailableError. */
export interface Mailbox {
  /** Resolves with the time at which it was sent. */
  deliver(studentId: string, text: string): Promise<string>
  /**
   * Newest first, those older than the position where one is given; what is answered is read from then on.
   * `more`: there are older ones.
   */
  read(studentId: string, limit: number, olderThan?: string): Promise<MessagePage>
  unread(studentId: string): Promise<number>
}

export interface MessagePage {
  messages: Message[]
  more: boolean
}

/** The only form of a position; what has another form comes from no mailbox. */
export function isPosition(value: string): boolean {
  return /^\d{1,15}-\d{1,9}$/.test(value)
}

/** The time is part of the position. */
export function sentAt(position: string): string {
  return new Date(Number(position.split('-')[0])).toISOString()
}
