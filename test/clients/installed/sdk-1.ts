/** The SDK of 2025 (`@modelcontextprotocol/sdk`), with its own OAuth, on both of its HTTP transports. */
import { EventEmitter, once } from 'node:events'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import {
  ElicitRequestSchema,
  type Progress,
  ResourceUpdatedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js'
import type { Test } from 'tap'
import { installedVersion } from '../../support/npm-packages.ts'
import { connectSdkV1, Memory } from '../../support/sdk-client.ts'
import { expectVisit } from './expect-visit.ts'
import { type Place, type Transport, urlOf } from './place.ts'
import { type Calls, makeVisit, type Username } from './visit.ts'

const SDK_1 = `@modelcontextprotocol/sdk ${installedVersion('@modelcontextprotocol/sdk')}`
const REVISION = '2025-11-25'

/** For a person who agrees to whatever is asked. */
export function newClient(): { client: Client; questions: string[] } {
  const client = new Client(
    { name: 'installed', version: '1' },
    { capabilities: { elicitation: {} } },
  )
  const questions: string[] = []
  client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
    questions.push(params.message)
    return { action: 'accept', content: { confirm: true } }
  })
  return { client, questions }
}

export function callsOf(client: Client, questions: string[]): Calls {
  return {
    questions,
    listTools: async () => (await client.listTools()).tools.map(({ name }) => name),
    async callTool(name, args, onProgress) {
      const onprogress = onProgress && (({ progress }: Progress) => onProgress(progress))
      const params = { name, arguments: args }
      const result = await client.callTool(params, undefined, { ...(onprogress && { onprogress }) })
      if (result.isError) throw new Error(JSON.stringify(result.content))
      return result.structuredContent as Record<string, unknown>
    },
    getPrompt: (name) => client.getPrompt({ name }),
    readResource: (uri) => client.readResource({ uri }),
    async follow(uri) {
      const told = new EventEmitter()
      client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
        told.emit('updated', params.uri)
      })
      const next = once(told, 'updated')
      await client.subscribeResource({ uri })
      return async () => String(await next)
    },
  }
}

/** Its session of Streamable HTTP is its own to end. */
async function end(client: Client): Promise<void> {
  const { transport } = client
  if (transport instanceof StreamableHTTPClientTransport) await transport.terminateSession()
  await client.close()
}

const WAYS: { title: string; username: Username; transport: Transport }[] = [
  { title: 'Streamable HTTP', username: 'ender', transport: '/mcp' },
  { title: 'HTTP+SSE', username: 'bonzo', transport: '/sse' },
]

export async function sdk1(t: Test, place: Place): Promise<void> {
  for (const { title, username, transport } of WAYS) {
    await t.test(`${SDK_1}, ${title}, ${REVISION}`, async (t) => {
      const plan = { username, transport, revision: REVISION, endsSession: true }
      await expectVisit(t, place, plan, async (wire) => {
        const memory = new Memory(place.person(username), 'none')
        let questions: string[] = []
        const client = await connectSdkV1(urlOf(place, transport), memory, fetch, {
          client() {
            const made = newClient()
            questions = made.questions
            return made.client
          },
          ...(transport === '/sse' && {
            transport: (url, options) => new SSEClientTransport(url, options),
          }),
        })
        t.teardown(() => client.close())
        const calls = { ...callsOf(client, questions), end: () => end(client) }
        return makeVisit(calls, place, plan, wire)
      })
    })
  }
}
