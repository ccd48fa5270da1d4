/** read_my_messages: what instructors wrote to the signed-in student, newest first, page by page. */
import { z } from 'zod'
import { isPosition } from '../school/mailbox.ts'
import { Refusal } from '../visit/refusal.ts'
import { studentVisitor } from '../visit/visit.ts'
import { tool } from './tool.ts'

const PAGE = 10

export const readMyMessages = tool({
  name: 'read_my_messages',
  title: 'My messages',
  description:
    'Messages of instructors to the signed-in student, newest first, ten at a time. What is answered counts as read from then on.',
  audience: 'students',
  scopes: ['school:read'],
  // It reads, but not without a trace: what is answered is new no more.
  annotations: { idempotentHint: false },
  input: z.strictObject({
    cursor: z
      .string()
      .max(100)
      .optional()
      .describe('nextCursor of an earlier answer, for the messages before those.'),
  }),
  output: z.strictObject({
    messages: z.array(
      z.strictObject({
        sentAt: z.string().describe('ISO 8601, in UTC.'),
        text: z.string(),
        isNew: z.boolean().describe('It was not read before.'),
      }),
    ),
    unread: z.int().nonnegative().describe('Messages that are still not read.'),
    nextCursor: z.string().optional().describe('Absent where there are no older messages.'),
  }),
  async answer({ cursor }, visit) {
    if (cursor !== undefined && !isPosition(cursor)) {
      throw new Refusal('This cursor is not one that read_my_messages gave. Leave it out to begin.')
    }
    const self = await studentVisitor(visit)
    const { mailbox } = visit.school
    const { messages, more } = await mailbox.read(self.id, PAGE, cursor)
    const last = messages.at(-1)
    return {
      messages: messages.map(({ sentAt, text, isNew }) => ({ sentAt, text, isNew })),
      unread: await mailbox.unread(self.id),
      ...(more && last && { nextCursor: last.position }),
    }
  },
})
