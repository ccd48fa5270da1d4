/** What must come of a visit: the data of the person who is signed in, and nothing on the wire that should not be there. */
import type { Test } from 'tap'
import type { Passage } from '../../support/round-robin.ts'
import { rpc } from '../../support/rpc.ts'
import { type Place, Wire } from './place.ts'
import { hasStreams, type Planned, type Visit } from './visit.ts'

const PEOPLE = {
  ender: { id: 'BS-2401', name: 'Ender Wiggin' },
  bonzo: { id: 'BS-2198', name: 'Bonzo Madrid' },
}

/** Lets a client visit, and holds what it brought back and what it sent against the plan. */
export async function expectVisit(
  t: Test,
  place: Place,
  plan: Planned,
  visit: (wire: Wire) => Promise<Visit>,
): Promise<void> {
  const wire = new Wire(place)
  const seen = await visit(wire)
  t.ok(seen.tools.includes('get_student_info'), 'tools/list')
  t.match(seen.own, PEOPLE[plan.username], 'tools/call: the own record')
  t.match(seen.prompt, PEOPLE[plan.username].name, 'prompts/get: written for this person')
  t.match(seen.standings, 'Salamander Army', 'resources/read')
  if (seen.progress) t.strictSame(seen.progress, roundsOf(seen.progress), 'progress of a call')
  if (seen.scheduled) {
    t.equal(seen.scheduled.outcome, 'scheduled', 'elicitation: what the person confirmed')
    t.match(seen.scheduled.questions, [/against Phoenix Army/], 'elicitation: what was asked')
    t.equal(seen.scheduled.questions.length, 1, 'elicitation: asked once')
    if (seen.told === undefined) await place.instructor.report(seen.scheduled.battle)
    else t.equal(seen.told, 'school://standings', 'told of a change')
  }
  await expectWire(t, place, plan, wire, seen)
}

/** What must have been seen: a client may drop the last round, which comes together with the answer. */
function roundsOf({ length }: readonly number[]): number[] {
  return [1, 2, 3].slice(0, Math.max(2, length))
}

async function expectWire(
  t: Test,
  place: Place,
  plan: Planned,
  wire: Wire,
  { resumed }: Visit,
): Promise<void> {
  const { transport, revision, saysRevision = true } = plan
  const path = transport === '/sse' ? '/messages' : '/mcp'
  const passages = wire.passages()
  const sent = passages.filter((passage) => passage.method === 'POST' && passage.path === path)
  t.ok(sent.length > 2, `it spoke to ${path}`)
  const revisions = new Set(sent.flatMap((passage) => passage.revision ?? []))
  t.strictSame([...revisions], saysRevision ? [revision] : [], 'the revision on the wire')
  const refused = passages.filter(
    ({ status = 200, authorization }) => status >= 400 && !(status === 401 && !authorization),
  )
  t.strictSame(refused, [], 'nothing was refused but what came without a token')
  if (resumed) {
    t.strictSame(resumed, roundsOf(resumed), 'a call that was cut off: its progress, each once')
    const views = passages.filter(({ method, lastEvent }) => method === 'GET' && lastEvent)
    t.ok(views.length > 0, 'it asked for the rest with Last-Event-ID')
  }
  if (plan.endsSession && hasStreams(plan)) await expectEnd(t, place, passages)
}

async function expectEnd(t: Test, place: Place, passages: readonly Passage[]): Promise<void> {
  const ended = passages.filter(({ method }) => method === 'DELETE')
  t.equal(ended.length, 1, 'DELETE ends the session')
  for (const { session = '', authorization = '', revision = '' } of ended) {
    const token = authorization.replace('Bearer ', '')
    const headers = { 'mcp-session-id': session, 'mcp-protocol-version': revision }
    const { status } = await rpc(place.mcpUrl, token, 'tools/list', {}, 1, headers)
    t.equal(status, 404, 'and then it is unknown')
  }
}
