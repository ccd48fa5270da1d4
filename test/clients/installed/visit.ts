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
}

export interface Planned {
  username: 'ender' | 'bean'
  transport: Transport
  /** The revision that it must speak on the wire. */
  revision: string
  /** In the header of each request, as MCP asks. */
  saysRevision?: boolean
}

const PEOPLE = {
  ender: { id: 'BS-2401', name: 'Ender Wiggin' },
  bean: { id: 'BS-2507', name: 'Bean' },
}

/** Its calls, whichever client makes them. */
export interface Calls {
  listTools(): Promise<string[]>
  callTool(name: string, args: Record<string, unknown>): Promise<unknown>
  getPrompt(name: string): Promise<unknown>
}

export async function makeVisit(calls: Calls): Promise<Visit> {
  return {
    tools: await calls.listTools(),
    own: await calls.callTool('get_student_info', {}),
    prompt: JSON.stringify(await calls.getPrompt('instructor_message')),
  }
}

/** Lets a client visit, and holds what it brought back and what it sent against the plan. */
export async function expectVisit(
  t: Test,
  place: Place,
  { username, transport, revision, saysRevision = true }: Planned,
  visit: () => Promise<Visit>,
): Promise<void> {
  const passages = watchWire(place)
  const { tools, own, prompt } = await visit()
  t.ok(tools.includes('get_student_info'), 'tools/list')
  t.match(own, PEOPLE[username], 'tools/call: the own record')
  t.match(prompt, PEOPLE[username].name, 'prompts/get: written for this person')

  const path = transport === '/sse' ? '/messages' : '/mcp'
  const sent = passages().filter((passage) => passage.method === 'POST' && passage.path === path)
  t.ok(sent.length > 2, `it spoke to ${path}`)
  const revisions = new Set(sent.flatMap((passage) => passage.revision ?? []))
  t.strictSame([...revisions], saysRevision ? [revision] : [], 'the revision on the wire')
}
