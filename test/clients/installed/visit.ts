/** What every installed client does at the school, and what must come of it: the data of the person who is signed in. */
import type { Test } from 'tap'
import { type Place, type Transport, watchWire } from './place.ts'

/** What a client brought back. */
export interface Visit {
  tools: string[]
  /** get_student_info, without arguments. */
  own: unknown
  /** instructor_message. */
  prompt: string
  /** school://standings. */
  standings: string
  /** Of simulate_battle; none where the client shows nobody any. */
  progress?: number[]
  /** schedule_battle, and what the person was asked before; none where the client can ask nobody. */
  scheduled?: { outcome: string; questions: string[] }
}

/** Two commanders, so that both have a battle to schedule. */
export type Username = 'ender' | 'bonzo'

export interface Planned {
  username: Username
  transport: Transport
  /** The revision that it must speak on the wire. */
  revision: string
  /** In the header of each request, as MCP asks. */
  saysRevision?: boolean
}

const PEOPLE = {
  ender: { id: 'BS-2401', name: 'Ender Wiggin' },
  bonzo: { id: 'BS-2198', name: 'Bonzo Madrid' },
}

/** Of one battle: whoever schedules it again, after a confirmation of their own, is told that it is known. */
export function battleOf(username: Username): { opponentName: string; time: string } {
  const days = username === 'ender' ? 2 : 3
  return { opponentName: 'Phoenix Army', time: new Date(NOON + days * DAY).toISOString() }
}

const DAY = 86_400_000
const NOON = Math.floor(Date.now() / DAY) * DAY + DAY / 2

export const SIMULATION = { armyName: 'Dragon Army', opponentName: 'Phoenix Army', rounds: 3 }

/** Its calls, whichever client makes them. */
export interface Calls {
  listTools(): Promise<string[]>
  callTool(
    name: string,
    args: Record<string, unknown>,
    onProgress?: (progress: number) => void,
  ): Promise<Record<string, unknown>>
  getPrompt(name: string): Promise<unknown>
  readResource(uri: string): Promise<unknown>
  /** What the person was asked so far, and agreed to. */
  questions: string[]
}

export async function makeVisit(calls: Calls, username: Username): Promise<Visit> {
  const progress: number[] = []
  const visit = {
    tools: await calls.listTools(),
    own: await calls.callTool('get_student_info', {}),
    prompt: JSON.stringify(await calls.getPrompt('instructor_message')),
    standings: JSON.stringify(await calls.readResource('school://standings')),
  }
  await calls.callTool('simulate_battle', SIMULATION, (round) => progress.push(round))
  const { outcome } = await calls.callTool('schedule_battle', battleOf(username))
  const scheduled = { outcome: String(outcome), questions: calls.questions }
  return { ...visit, progress, scheduled }
}

/** Lets a client visit, and holds what it brought back and what it sent against the plan. */
export async function expectVisit(
  t: Test,
  place: Place,
  { username, transport, revision, saysRevision = true }: Planned,
  visit: () => Promise<Visit>,
): Promise<void> {
  const passages = watchWire(place)
  const { tools, own, prompt, standings, progress, scheduled } = await visit()
  t.ok(tools.includes('get_student_info'), 'tools/list')
  t.match(own, PEOPLE[username], 'tools/call: the own record')
  t.match(prompt, PEOPLE[username].name, 'prompts/get: written for this person')
  t.match(standings, 'Salamander Army', 'resources/read')
  // A client may drop the last, which comes together with the answer.
  if (progress) t.strictSame(progress.slice(0, 2), [1, 2], 'progress of a call')
  if (scheduled) {
    t.match(scheduled.outcome, /^(scheduled|known)$/, 'elicitation: what the person confirmed')
    t.match(scheduled.questions, [/against Phoenix Army/], 'elicitation: asked once')
    t.equal(scheduled.questions.length, 1)
  }

  const path = transport === '/sse' ? '/messages' : '/mcp'
  const seen = passages()
  const sent = seen.filter((passage) => passage.method === 'POST' && passage.path === path)
  t.ok(sent.length > 2, `it spoke to ${path}`)
  const revisions = new Set(sent.flatMap((passage) => passage.revision ?? []))
  t.strictSame([...revisions], saysRevision ? [revision] : [], 'the revision on the wire')
  const refused = seen.filter(({ status = 200 }) => status >= 400 && status !== 401)
  t.strictSame(refused, [], 'nothing was refused but what came without a token')
}
