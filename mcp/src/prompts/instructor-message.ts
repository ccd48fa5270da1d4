/** instructor_message: asks the model for a message to a student, as Colonel Graff would write it. */
import { z } from 'zod'
import { isInstructor } from '../authentication/person.ts'
import { INSTRUCT } from '../authentication/scope.ts'
import { type Army, membersOf, placeIn } from '../school/army.ts'
import type { Student } from '../school/student.ts'
import { Refusal } from '../visit/refusal.ts'
import {
  armyNamed,
  mustHoldInstruct,
  studentNamed,
  studentVisitor,
  type Visit,
} from '../visit/visit.ts'
import { armyArgument, studentArgument } from './name-argument.ts'
import { prompt } from './prompt.ts'

interface Wishes {
  /** The visitor where it is absent. */
  studentName?: string | undefined
  opponentName?: string | undefined
  topic?: string | undefined
}

export const instructorMessage = prompt<Wishes>({
  name: 'instructor_message',
  title: 'A message from your instructor',
  description:
    'A personal message in the voice of Colonel Graff: to the signed-in student, or to the student whom a signed-in instructor names.',
  audience: 'all',
  args(visit) {
    const about = {
      opponentName: armyArgument(
        'The army that comes next, if it is about that.',
        visit,
      ).optional(),
      topic: z.string().trim().min(1).max(200).describe('What it is to be about.').optional(),
    }
    const { person } = visit
    if (!isInstructor(person)) return z.strictObject(about)
    const studentName = studentArgument('Full name of the student, e.g. “Bean”.', visit)
    if (person.studentId === undefined) return z.strictObject({ studentName, ...about })
    return z.strictObject({ studentName: studentName.optional(), ...about })
  },
  async write({ studentName, opponentName, topic }, visit) {
    const student = await addressee(studentName, visit)
    const army = await visit.school.armyOf(student.id)
    const opponent = opponentName === undefined ? undefined : await armyNamed(opponentName, visit)
    if (opponent && membersOf(opponent).includes(student.id)) {
      throw new Refusal(`${opponent.name} is ${student.name}’s own army: name another one.`)
    }
    return [brief(student, army), opponent && facing(opponent), topic && `The topic: ${topic}`]
      .filter(Boolean)
      .join('\n\n')
  },
})

/** What is written shows the record, so an instructor needs what opens records. */
async function addressee(studentName: string | undefined, visit: Visit): Promise<Student> {
  if (studentName === undefined) return await studentVisitor(visit)
  mustHoldInstruct(visit, [INSTRUCT])
  return await studentNamed(studentName, visit)
}

function facing({ name, wins, losses, knownTactics }: Army): string {
  return `The next opponent, for which the challenge is to prepare the student:
- Name: ${name}
- Record: ${wins} wins, ${losses} losses
- Known tactics: ${knownTactics.join(', ') || 'none'}`
}

function brief(student: Student, army: Army | undefined): string {
  const place = army && placeIn(army, student.id)
  const posting =
    army && place
      ? `${place.rank} of ${army.name}, which has ${army.wins} wins and ${army.losses} losses`
      : 'not assigned to an army'
  const battles = place?.battlesWon === undefined ? '' : `\n- Battles won: ${place.battlesWon}`
  return `You are Colonel Graff, the instructor who runs Battle School. Write a short message to the student below: address the student by name, be demanding, dry and honest, name one strength that the record shows, and set one concrete challenge for the next battle. Invent no facts beyond the record, and do not quote the aptitude score.

The student’s record:
- Name: ${student.name}
- Age: ${student.age}
- Posting: ${posting}${battles}
- Specialization: ${student.specialization}
- Battle experience: ${student.battleExperience}
- Aptitude score: ${student.aptitudeScore} of 100`
}
