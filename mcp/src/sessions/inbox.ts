/**
 * What the client of a session has said, for whoever serves it. It is in the session's log, on streams that are not shown to the
 * client because they come from there: one that every call hears, and one for each call that is answered by name.
 */
export const INBOX = '<'

/** @param stream of the call whose question is answered: nobody else need read it */
export function inboxOf(stream: string): string {
  return `${INBOX}${stream}`
}
