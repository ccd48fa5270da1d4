/** The school without a door: over a store that the test can look into, for persons of its choice, in both eras. */
import { type Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { type AuthInfo, createMcpHandler, InMemoryTransport } from '@modelcontextprotocol/server'
import type { Test } from 'tap'
import type { SchoolStore } from '../../src/school/school-store.ts'
import { schoolServer } from '../../src/school-server.ts'
import { type Era, newClient, type Reply } from './client.ts'
import { silentNotifier } from './visit.ts'

const both = ['school:read', 'school:write']

export function student(studentId: string, scopes = both): AuthInfo {
  const person = { id: `person-${studentId}`, roles: ['student'], scopes, studentId }
  return { token: '', clientId: 'client', scopes, extra: { person } }
}

export function instructor(scopes = [...both, 'school:instruct']): AuthInfo {
  const person = { id: 'person-graff', roles: ['instructor'], scopes }
  return { token: '', clientId: 'client', scopes, extra: { person } }
}

export interface Meeting {
  store: SchoolStore
  who: AuthInfo
  era?: Era
  reply?: Reply
  /** Told the URI of each resource that was changed. */
  updated?: string[]
}

/** A client of the v2 SDK that has met the school. */
export async function meet(t: Test, meeting: Meeting): Promise<Client> {
  const { store, who, era = 'modern', reply, updated = [] } = meeting
  const createServer = schoolServer(store, (error) => t.error(error))
  const notify = { ...silentNotifier, resourceUpdated: (uri: string) => void updated.push(uri) }
  const client = newClient(era, reply)
  t.teardown(() => client.close())
  if (era === 'legacy') {
    const [near, far] = InMemoryTransport.createLinkedPair()
    const server = await createServer({ era: 'legacy', authInfo: who, notify })
    await server.connect(far)
    await client.connect(near)
    return client
  }
  const handler = createMcpHandler((context) => createServer({ ...context, notify }), {
    legacy: 'reject',
  })
  t.teardown(() => handler.close())
  await client.connect(
    new StreamableHTTPClientTransport(new URL('http://localhost/mcp'), {
      fetch: (url, init) => handler.fetch(new Request(url, init), { authInfo: who }),
    }),
  )
  return client
}

/** The answer of one tool: its structure, or the text of its error. */
export async function answerOf(client: Client, name: string, args: Record<string, unknown> = {}) {
  const result = await client.callTool({ name, arguments: args })
  const [first] = result.content
  const text = first?.type === 'text' ? first.text : ''
  return { answer: result.structuredContent, text, isError: result.isError === true }
}
