/** get_student_info: oneself with everything, another student with what is public. */
import { z } from 'zod'
import { mayInstruct } from '../authentication/person.ts'
import { placeIn } from '../school/army.ts'
import { Refusal, unknownName } from '../visit/refusal.ts'
import { visitor } from '../visit/visit.ts'
import { tool } from './tool.ts'

const output = z.strictObject({
  name: z.string(),
  army: z.string().nullable().describe('Null for a student without an army.'),
  rank: z.string().nullable().describe('Rank in that army.'),
  specialization: z.string(),
  id: z.string().optional().describe('The student id. Own record only, as all that follows.'),
  age: z.int().nonnegative().optional(),
  aptitudeScore: z.int().nonnegative().optional(),
  battleExperience: z.string().optional(),
  battlesWon: z.int().nonnegative().optional().describe('Not counted for commanders.'),
})

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
  output,
  async answer({ studentName }, visit): Promise<z.infer<typeof output>> {
    const { person, school } = visit
    const self = await visitor(visit)
    if (studentName === undefined && self === undefined) {
      throw new Refusal(
        'You are signed in as an instructor, and instructors have no student record of their own. Give studentName to read about a student.',
      )
    }
    const student = studentName === undefined ? self : await school.studentNamed(studentName)
    if (student === undefined) {
      throw unknownName('student', studentName ?? '', await school.studentNames())
    }
    const army = await school.armyOf(student.id)
    const place = army && placeIn(army, student.id)
    const publicPart = {
      name: student.name,
      army: army?.name ?? null,
      rank: place?.rank ?? null,
      specialization: student.specialization,
    }
    if (student.id !== self?.id && !mayInstruct(person)) return publicPart
    return {
      ...publicPart,
      id: student.id,
      age: student.age,
      aptitudeScore: student.aptitudeScore,
      battleExperience: student.battleExperience,
      ...(place?.battlesWon !== undefined && { battlesWon: place.battlesWon }),
    }
  },
})
