/** get_student_info: oneself with everything, another student with what is public. */
import { z } from 'zod'
import { Refusal } from '../visit/refusal.ts'
import { studentView, viewOfStudent } from '../visit/student-view.ts'
import { studentNamed, visitor } from '../visit/visit.ts'
import { tool } from './tool.ts'

export const getStudentInfo = tool({
  name: 'get_student_info',
  title: 'Student record',
  description:
    'The record of a student of Battle School. Without studentName: the person who is signed in, with id, age, aptitude score and battle experience. With studentName: another student’s name, army, rank and specialization.',
  audience: 'all',
  scopes: ['school:read'],
  input: z.strictObject({
    studentName: z
      .string()
      .trim()
      .min(1)
      .max(100)
      .optional()
      .describe('Full name of another student, e.g. “Bonzo Madrid”. Leave out for oneself.'),
  }),
  output: studentView,
  async answer({ studentName }, visit) {
    const self = await visitor(visit)
    const student = studentName === undefined ? self : await studentNamed(studentName, visit)
    if (student === undefined) {
      throw new Refusal(
        'You are signed in as an instructor, and instructors have no student record of their own. Give studentName to read about a student.',
      )
    }
    return await viewOfStudent(student, visit)
  },
})
