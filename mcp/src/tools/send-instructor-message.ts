/** send_instructor_message: an instructor writes to a student, who finds it with read_my_messages. */
import { z } from 'zod'
import { studentNamed } from '../visit/visit.ts'
import { tool } from './tool.ts'

export const sendInstructorMessage = tool({
  name: 'send_instructor_message',
  title: 'Message to a student',
  description:
    'Sends a message of the signed-in instructor to a student, by the student’s name. It cannot be taken back. The student reads it with read_my_messages.',
  audience: 'instructors',
  scopes: ['school:write', 'school:instruct'],
  annotations: { idempotentHint: false },
  input: z.strictObject({
    studentName: z
      .string()
      .trim()
      .min(1)
      .max(100)
      .describe('Full name of the student, e.g. “Bean”.'),
    text: z.string().trim().min(1).max(2_000).describe('What the student is to read.'),
  }),
  output: z.strictObject({
    studentName: z.string(),
    sentAt: z.string().describe('ISO 8601, in UTC.'),
    unread: z.int().nonnegative().describe('Messages that this student has not read yet.'),
  }),
  async answer({ studentName, text }, visit) {
    const student = await studentNamed(studentName, visit)
    const { mailbox } = visit.school
    const sentAt = await mailbox.deliver(student.id, text)
    return { studentName: student.name, sentAt, unread: await mailbox.unread(student.id) }
  },
})
