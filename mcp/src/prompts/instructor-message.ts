/** instructor_message: asks the model for a message to the signed-in student, as Colonel Graff would write it. */
import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server'
import { needs } from '../authentication/scope.ts'
import { schoolIcons } from '../icons.ts'
import { type Army, placeIn } from '../school/army.ts'
import type { Student } from '../school/student.ts'
import type { Offer } from '../visit/offer.ts'
import { Refusal } from '../visit/refusal.ts'
import { publicReason, type Visit, visitor } from '../visit/visit.ts'

const config = {
  title: 'A message from your instructor',
  description: 'A personal message to the signed-in student in the voice of Colonel Graff.',
  icons: schoolIcons,
  scopeChallenge: needs(['school:read']),
}

export const instructorMessage: Offer = {
  kind: 'prompt',
  name: 'instructor_message',
  audience: 'all',
  register(server, visit) {
    server.registerPrompt('instructor_message', config, async () => {
      try {
        const text = await message(visit)
        return {
          description: config.description,
          messages: [{ role: 'user', content: { type: 'text', text } }],
        }
      } catch (error) {
        // A prompt has no result that says “refused”, so it is a JSON-RPC error.
        const code =
          error instanceof Refusal
            ? ProtocolErrorCode.InvalidParams
            : ProtocolErrorCode.InternalError
        throw new ProtocolError(code, publicReason(error, visit))
      }
    })
  },
}

async function message(visit: Visit): Promise<string> {
  const student = await visitor(visit)
  if (student === undefined) {
    throw new Refusal(
      'You are signed in as an instructor: this message is written to students, and there is no student record of yours to write it from.',
    )
  }
  return brief(student, await visit.school.armyOf(student.id))
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
