/** What the visitor may see of a student: of oneself, and as an instructor of everybody, the whole; else the public part. */
import { z } from 'zod'
import { mayInstruct } from '../authentication/person.ts'
import { placeIn } from '../school/army.ts'
import type { Student } from '../school/student.ts'
import type { Visit } from './visit.ts'

export const studentView = z.strictObject({
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

export type StudentView = z.infer<typeof studentView>

export function seesWhole({ person }: Visit, studentId: string): boolean {
  return person.studentId === studentId || mayInstruct(person)
}

export async function viewOfStudent(student: Student, visit: Visit): Promise<StudentView> {
  const army = await visit.school.armyOf(student.id)
  const place = army && placeIn(army, student.id)
  const publicPart = {
    name: student.name,
    army: army?.name ?? null,
    rank: place?.rank ?? null,
    specialization: student.specialization,
  }
  if (!seesWhole(visit, student.id)) return publicPart
  return {
    ...publicPart,
    id: student.id,
    age: student.age,
    aptitudeScore: student.aptitudeScore,
    battleExperience: student.battleExperience,
    ...(place?.battlesWon !== undefined && { battlesWon: place.battlesWon }),
  }
}
