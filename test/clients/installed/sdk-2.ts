/** The SDK of 2026 (`@modelcontextprotocol/client`), with its own OAuth, in each of its ways to agree on a revision. */
import { EventEmitter, once } from 'node:events'
import {
  Client,
  type Progress,
  SSEClientTransport,
  StreamableHTTPClientTransport,
  type VersionNegotiationMode,
} from '@modelcontextprotocol/client'
import type { Test } from 'tap'
import { installedVersion } from '../../support/npm-packages.ts'
import { connectSdk, Memory } from '../../support/sdk-client.ts'
import { expectVisit } from './expect-visit.ts'
import { type Place, type Transport, urlOf } from './place.ts'
import { type Calls, makeVisit, type Planned } from './visit.ts'

const SDK_2 = `@modelcontextprotocol/client ${installedVersion('@modelcontextprotocol/client')}`

const WAYS: {
  title: string
  mode: VersionNegotiationMode
  transport: Transport
  revision: string
}[] = [
  {
    title: 'Streamable HTTP, legacy: 2025-11-25',
    mode: 'legacy',
    transport: '/mcp',
    revision: '2025-11-25',
  },
  {
    title: 'Streamable HTTP, auto: 2026-07-28',
    mode: 'auto',
    transport: '/mcp',
    revision: '2026-07-28',
  },
  {
    title: 'Streamable HTTP, pinned: 2026-07-28',
    mode: { pin: '2026-07-28' },
    transport: '/mcp',
    revision: '2026-07-28',
  },
  {
    title: 'HTTP+SSE, legacy: 2025-11-25',
    mode: 'legacy',
    transport: '/sse',
    revision: '2025-11-25',
  },
]

/** For a person who agrees to whatever is asked, in both eras by one handler. */
export function newClient(mode: VersionNegotiationMode): { client: Client; questions: string[] } {
  const client = new Client(
    { name: 'installed', version: '2' },
    { versionNegotiation: { mode }, capabilities: { elicitation: { form: {} } } },
  )
  const questions: string[] = []
  client.setRequestHandler('elicitation/create', ({ params }) => {
    questions.push(params.message)
    return { action: 'accept', content: { confirm: true } }
  })
  return { client, questions }
}

function callsOf(client: Client, questions: string[]): Calls {
  const modern = client.getNegotiatedProtocolVersion() === '2026-07-28'
  return {
    questions,
    listTools: async () => (await client.listTools()).tools.map(({ name }) => name),
    async callTool(name, args, onProgress) {
      const onprogress = onProgress && (({ progress }: Progress) => onProgress(progress))
      const params = { name, arguments: args }
      const result = await client.callTool(params, { ...(onprogress && { onprogress }) })
      if (result.isError) throw new Error(JSON.stringify(result.content))
      return result.structuredContent as Record<string, unknown>
    },
    getPrompt: (name) => client.getPrompt({ name }),
    readResource: (uri) => client.readResource({ uri }),
    async follow(uri) {
      const told = new EventEmitter()
      client.setNotificationHandler('notifications/resources/updated', ({ params }) => {
        told.emit('updated', params.uri)
      })
      const next = once(told, 'updated')
      if (modern) await client.listen({ resourceSubscriptions: [uri] })
      else await client.subscribeResource({ uri })
      return async () => String(await next)
    },
    async end() {
      const { transport } = client
      if (transport instanceof StreamableHTTPClientTransport) await transport.terminateSession()
      await client.close()
    },
  }
}

export async function sdk2(t: Test, place: Place): Promise<void> {
  for (const [index, { title, mode, transport, revision }] of WAYS.entries()) {
    const username = index % 2 === 0 ? 'ender' : 'bonzo'
    const plan: Planned = { username, transport, revision, endsSession: true }
    await t.test(`${SDK_2}, ${title}`, async (t) => {
      await expectVisit(t, place, plan, async (wire) => {
        const memory = new Memory(place.person(username), 'none')
        let questions: string[] = []
        const { client, close } = await connectSdk(urlOf(place, transport), memory, fetch, {
          client() {
            const made = newClient(mode)
            questions = made.questions
            return made.client
          },
          ...(transport === '/sse' && {
            transport: (url, options) => new SSEClientTransport(url, options),
          }),
        })
        t.teardown(close)
        t.equal(client.getNegotiatedProtocolVersion(), revision)
        return makeVisit(callsOf(client, questions), place, plan, wire)
      })
    })
  }
}
