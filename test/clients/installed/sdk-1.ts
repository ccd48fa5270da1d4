/** The SDK of 2025 (`@modelcontextprotocol/sdk`), with its own OAuth, on both of its HTTP transports. */
import type { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js'
import type { Test } from 'tap'
import { installedVersion } from '../../support/npm-packages.ts'
import { connectSdkV1, Memory } from '../../support/sdk-client.ts'
import { type Place, urlOf } from './place.ts'
import { type Calls, expectVisit, makeVisit } from './visit.ts'

const SDK_1 = `@modelcontextprotocol/sdk ${installedVersion('@modelcontextprotocol/sdk')}`
const REVISION = '2025-11-25'

export function callsOf(client: Client): Calls {
  return {
    listTools: async () => (await client.listTools()).tools.map(({ name }) => name),
    callTool: async (name, args) =>
      (await client.callTool({ name, arguments: args })).structuredContent,
    getPrompt: (name) => client.getPrompt({ name }),
  }
}

export async function sdk1(t: Test, place: Place): Promise<void> {
  await t.test(`${SDK_1}, Streamable HTTP, ${REVISION}`, async (t) => {
    const planned = { username: 'ender', transport: '/mcp', revision: REVISION } as const
    await expectVisit(t, place, planned, async () => {
      const memory = new Memory(place.person('ender'), 'none')
      const client = await connectSdkV1(place.mcpUrl, memory)
      t.teardown(() => client.close())
      return makeVisit(callsOf(client))
    })
  })

  await t.test(`${SDK_1}, HTTP+SSE, ${REVISION}`, async (t) => {
    const planned = { username: 'bean', transport: '/sse', revision: REVISION } as const
    await expectVisit(t, place, planned, async () => {
      const memory = new Memory(place.person('bean'), 'none')
      const client = await connectSdkV1(urlOf(place, '/sse'), memory, fetch, {
        transport: (url, options) => new SSEClientTransport(url, options),
      })
      t.teardown(() => client.close())
      return makeVisit(callsOf(client))
    })
  })
}
