/** What every installed client does at the school, as far as its library can. */
import type { Battle } from './instructor.ts'
import type { Place, Transport, Wire } from './place.ts'

/** Two commanders, so that both have a battle to schedule. */
export type Username = 'ender' | 'bonzo'

export interface Planned {
  username: Username
  transport: Transport
  /** The revision that it must speak on the wire. */
  revision: string
  /** In the header of each request, as MCP asks. */
  saysRevision?: boolean
  /** With DELETE, where it has a session of Streamable HTTP. */
  endsSession?: boolean
}

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
  /** The same, the connection being cut after the first; none where that breaks the call. */
  resumed?: number[]
  /** schedule_battle, and what the person was asked before; none where the client can ask nobody. */
  scheduled?: { outcome: string; battle: Battle; questions: string[] }
  /** The URI that has changed, by a report of that battle; none where the client listens to nothing. */
  told?: string
}

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
  /** Resolves once it listens, with the next URI that it is told. */
  follow?(uri: string): Promise<() => Promise<string>>
  /** Ends its session, and is of no use afterwards. */
  end?(): Promise<void>
}

const STANDINGS = 'school://standings'
const DAY = 86_400_000
const NOON = Math.floor(Date.now() / DAY) * DAY + DAY / 2

/** With time between the rounds: clients drop progress that comes together with the answer. */
export const SIMULATION = {
  armyName: 'Dragon Army',
  opponentName: 'Phoenix Army',
  rounds: 3,
  roundTime: 100,
}

/** Once it is reported there is room for the same again. */
export function battleOf(username: Username): { opponentName: string; time: string } {
  const days = username === 'ender' ? 2 : 3
  return { opponentName: 'Phoenix Army', time: new Date(NOON + days * DAY).toISOString() }
}

/** With a stream of its own for each call, and one for what belongs to none. */
export function hasStreams({ transport, revision }: Planned): boolean {
  return transport === '/mcp' && revision === '2025-11-25'
}

export async function makeVisit(
  calls: Calls,
  { instructor }: Place,
  plan: Planned,
  wire: Wire,
): Promise<Visit> {
  const progress: number[] = []
  const visit: Visit = {
    tools: await calls.listTools(),
    own: await calls.callTool('get_student_info', {}),
    prompt: JSON.stringify(await calls.getPrompt('instructor_message')),
    standings: JSON.stringify(await calls.readResource(STANDINGS)),
    progress,
  }
  await calls.callTool('simulate_battle', SIMULATION, (round) => progress.push(round))
  const { outcome, battle } = await calls.callTool('schedule_battle', battleOf(plan.username))
  const scheduled = {
    outcome: String(outcome),
    battle: battle as Battle,
    questions: calls.questions,
  }
  visit.scheduled = scheduled
  if (calls.follow) {
    const next = await calls.follow(STANDINGS)
    if (hasStreams(plan)) await wire.standalone()
    await instructor.report(scheduled.battle)
    visit.told = await next()
  }
  if (calls.end && hasStreams(plan)) {
    visit.resumed = await cutOff(calls, wire)
    await calls.end()
  }
  return visit
}

/** Its connection is broken when it knows of the first round: the rest it has to fetch. */
async function cutOff(calls: Calls, wire: Wire): Promise<number[]> {
  const progress: number[] = []
  await calls.callTool('simulate_battle', SIMULATION, (round) => {
    if (progress.push(round) === 1) wire.cutCall()
  })
  return progress
}
