/** The SDK of 2026 (`@modelcontextprotocol/client`), with its own OAuth, in each of its ways to agree on a revision. */
import {
  Client,
  SSEClientTransport,
  type VersionNegotiationMode,
} from '@modelcontextprotocol/client'
import type { Test } from 'tap'
import { installedVersion } from '../../support/npm-packages.ts'
import { connectSdk, Memory } from '../../support/sdk-client.ts'
import { type Place, type Transport, urlOf } from './place.ts'
import { type Calls, expectVisit, makeVisit } from './visit.ts'

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

function callsOf(client: Client): Calls {
  return {
    listTools: async () => (await client.listTools()).tools.map(({ name }) => name),
    callTool: async (name, args) =>
      (await client.callTool({ name, arguments: args })).structuredContent,
    getPrompt: (name) => client.getPrompt({ name }),
  }
}

export async function sdk2(t: Test, place: Place): Promise<void> {
  for (const [index, { title, mode, transport, revision }] of WAYS.entries()) {
    const username = index % 2 === 0 ? 'ender' : 'bean'
    await t.test(`${SDK_2}, ${title}`, async (t) => {
      await expectVisit(t, place, { username, transport, revision }, async () => {
        const memory = new Memory(place.person(username), 'none')
        const { client, close } = await connectSdk(urlOf(place, transport), memory, fetch, {
          client: () => new Client({ name: 'sdk', version: '2' }, { versionNegotiation: { mode } }),
          ...(transport === '/sse' && {
            transport: (url, options) => new SSEClientTransport(url, options),
          }),
        })
        t.teardown(close)
        t.equal(client.getNegotiatedProtocolVersion(), revision)
        return makeVisit(callsOf(client))
      })
    })
  }
}
