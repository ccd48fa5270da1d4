/** Mailboxes in memory. */
import { MAILBOX_LIMIT, type Mailbox, type Message, type MessagePage, sentAt } from './mailbox.ts'

export class MemoryMailbox implements Mailbox {
  readonly #now: () => number
  /** Oldest first. */
  readonly #mailboxes = new Map<string, Message[]>()
  #sent = 0

  /** @param now milliseconds since the epoch */
  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  async deliver(studentId: string, text: string): Promise<string> {
    const mailbox = this.#mailboxes.get(studentId) ?? []
    this.#mailboxes.set(studentId, mailbox)
    const position = `${this.#now()}-${this.#sent++}`
    mailbox.push({ position, sentAt: sentAt(position), text, isNew: true })
    if (mailbox.length > MAILBOX_LIMIT) mailbox.shift()
    return sentAt(position)
  }

  async read(studentId: string, limit: number, olderThan?: string): Promise<MessagePage> {
    const newestFirst = [...(this.#mailboxes.get(studentId) ?? [])].reverse()
    const older = newestFirst.filter(
      ({ position }) => olderThan === undefined || isOlder(position, olderThan),
    )
    const page = older.slice(0, limit)
    const messages = structuredClone(page)
    for (const message of page) message.isNew = false
    return { messages, more: older.length > limit }
  }

  async unread(studentId: string): Promise<number> {
    return (this.#mailboxes.get(studentId) ?? []).filter(({ isNew }) => isNew).length
  }
}

function isOlder(position: string, than: string): boolean {
  const [time = 0, sequence = 0] = position.split('-').map(Number)
  const [thanTime = 0, thanSequence = 0] = than.split('-').map(Number)
  return time < thanTime || (time === thanTime && sequence < thanSequence)
}
