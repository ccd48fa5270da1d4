/** What the school offers, piece by piece: each says for whom it is, and is put into the server that one request gets. */
import type { McpServer } from '@modelcontextprotocol/server'
import { isInstructor, type Person } from '../authentication/person.ts'
import type { Asked } from '../serving.ts'
import type { ListedTool } from '../tools/tool-list.ts'
import type { Visit } from './visit.ts'

export type Audience = 'students' | 'instructors' | 'all'

export interface Offer {
  kind: 'tool' | 'prompt' | 'resource'
  name: string
  audience: Audience
  register(server: McpServer, visit: Visit): void
  /** What tools/list says of a tool. */
  listed?: ListedTool
}

/** As whom a person is offered something; some are both. */
export type Guest = 'student' | 'instructor' | 'both'

export function guestOf(person: Person): Guest {
  // Whoever is no instructor is taken for a student, so that a login that names none is told so.
  if (!isInstructor(person)) return 'student'
  return person.studentId === undefined ? 'instructor' : 'both'
}

/** What a role can never use does not exist for it: neither listed nor callable. */
export function isFor(guest: Guest): (offer: Offer) => boolean {
  return ({ audience }) => audience === 'all' || guest === 'both' || audience === `${guest}s`
}

/** Methods that need one kind; those with a name need no more than the offer of that name. */
const kinds: Readonly<Record<string, { kind: Offer['kind']; named?: true }>> = {
  'tools/list': { kind: 'tool' },
  'tools/call': { kind: 'tool', named: true },
  'prompts/list': { kind: 'prompt' },
  'prompts/get': { kind: 'prompt', named: true },
  'resources/list': { kind: 'resource' },
  'resources/templates/list': { kind: 'resource' },
  'resources/read': { kind: 'resource' },
  'resources/subscribe': { kind: 'resource' },
  'resources/unsubscribe': { kind: 'resource' },
}

/** A server of one request has only what that request can reach; every method not named here gets everything. */
export function isNeededBy(asked: Asked | undefined): (offer: Offer) => boolean {
  const rule = asked && Object.hasOwn(kinds, asked.method) ? kinds[asked.method] : undefined
  if (rule === undefined) return () => true
  const name = rule.named && asked?.name
  return (offer) => offer.kind === rule.kind && (name === undefined || offer.name === name)
}
