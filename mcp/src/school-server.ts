/** The MCP server of the school: built anew for each request, for the person who asks. */
import { readFileSync } from 'node:fs'
import { McpServer } from '@modelcontextprotocol/server'
import { personOf } from './authentication/person.ts'
import { holds } from './authentication/scope.ts'
import { schoolIcons } from './icons.ts'
import { outageOf } from './operations/outage.ts'
import { debrief } from './prompts/debrief.ts'
import { instructorMessage } from './prompts/instructor-message.ts'
import { schoolResources } from './resources/school-resources.ts'
import type { SchoolStore } from './school/school-store.ts'
import type { ServerFactory } from './serving.ts'
import { getMyArmy } from './tools/get-my-army.ts'
import { getOpponentArmy } from './tools/get-opponent-army.ts'
import { getStandings } from './tools/get-standings.ts'
import { getStudentInfo } from './tools/get-student-info.ts'
import { readMyMessages } from './tools/read-my-messages.ts'
import { reportBattle } from './tools/report-battle.ts'
import { scheduleBattle } from './tools/schedule-battle.ts'
import { sendInstructorMessage } from './tools/send-instructor-message.ts'
import { simulateBattle } from './tools/simulate-battle.ts'
import { answerToolList, type ToolList, toolList } from './tools/tool-list.ts'
import { confirmationCheck } from './visit/confirmation.ts'
import { type Guest, guestOf, isFor, isNeededBy, type Offer } from './visit/offer.ts'
import type { Visit } from './visit/visit.ts'

// The same distance from src/ and from dist/.
const { version } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
) as { version: string }

const identity = {
  name: 'battle-school',
  title: 'Battle School',
  version,
  icons: schoolIcons,
}

const instructions = `Records of the students and armies of Battle School, for the person who is signed in.
- “I”, “me” and “my” mean that person: call get_student_info without arguments for the own record, and get_my_army for the own army.
- Of other students only name, army, rank and specialization are public; of other armies, get_opponent_army tells what is known.
- Names need not be exact in case; when a name is unknown the answer lists names that are near it.
- An instructor has no record and no army of their own.`

/** What is offered never changes while the process lives, so no client need listen for it. */
const capabilities = {
  tools: { listChanged: false },
  prompts: { listChanged: false },
  resources: { listChanged: false },
  completions: {},
  logging: {},
}

/**
 * In 2026-07-28 the SDK lets a client listen to any URI wherever subscriptions are offered. So they are offered to those who
 * may read, and only changes are told that each of these may know: of the standings and of armies, never of a student.
 */
const listening = { ...capabilities, resources: { subscribe: true, listChanged: false } }

const offers: readonly Offer[] = [
  getStudentInfo,
  getMyArmy,
  getOpponentArmy,
  sendInstructorMessage,
  readMyMessages,
  getStandings,
  scheduleBattle,
  simulateBattle,
  reportBattle,
  instructorMessage,
  debrief,
  schoolResources,
]

/** By what alone the tools that are listed differ. */
const lists: Partial<Record<Guest, ToolList>> = {}

/**
 * @param onError told of failures that nobody foresaw; the person sees no detail
 * @param now ms since the epoch
 */
export function schoolServer(
  school: SchoolStore,
  onError: (error: Error) => void,
  now: () => number = Date.now,
): ServerFactory {
  return ({ authInfo, asked, notify }) => {
    const person = personOf(authInfo)
    const visit: Visit = { person, school, outage: outageOf(authInfo), notify, now, onError }
    const requestState = { verify: confirmationCheck(visit) }
    const server = new McpServer(identity, {
      instructions,
      capabilities: holds(person, 'school:read') ? listening : capabilities,
      requestState,
    })
    const guest = guestOf(person)
    if (asked?.method === 'tools/list') {
      lists[guest] ??= toolList(
        offers.filter(isFor(guest)).flatMap(({ listed }) => (listed ? [listed] : [])),
      )
      answerToolList(server, lists[guest])
      return server
    }
    for (const offer of offers.filter(isFor(guest)).filter(isNeededBy(asked))) {
      offer.register(server, visit)
    }
    return server
  }
}
