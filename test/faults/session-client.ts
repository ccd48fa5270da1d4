/** A client of the v1 SDK in a session of 2025, which comes back with Last-Event-ID as often as it must. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import {
  ElicitRequestSchema,
  ResourceUpdatedNotificationSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js'
import type { Test } from 'tap'
import type { Replicas } from './replicas.ts'
import { Tally } from './tally.ts'

export interface Live {
  client: Client
  /** Told of each elicitation; it is answered with yes. */
  asked(): Promise<void>
  /** How often the list of tools was said to have changed. */
  changes: Tally
  /** How often the resource that it subscribed to was said to be another. */
  updates: Tally
}

/**
 * Resolves once its standalone stream is open: a client opens that after `initialize`, when it likes, and what changes before is
 * not told to it.
 * @param answers false: the first elicitation is never answered
 */
export async function connect(t: Test, { mcpUrl, proxy }: Replicas, answers = true): Promise<Live> {
  const client = new Client({ name: 'v1', version: '1' }, { capabilities: { elicitation: {} } })
  let asked = () => {}
  const wasAsked = new Promise<void>((resolve) => {
    asked = resolve
  })
  let replies = answers
  client.setRequestHandler(ElicitRequestSchema, async () => {
    asked()
    if (!replies) {
      replies = true
      await new Promise(() => {})
    }
    return { action: 'accept', content: { sure: true } }
  })
  const changes = new Tally()
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => changes.count())
  const updates = new Tally()
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, () => updates.count())
  const transport = new StreamableHTTPClientTransport(mcpUrl, {
    reconnectionOptions: {
      initialReconnectionDelay: 200,
      maxReconnectionDelay: 500,
      reconnectionDelayGrowFactor: 1.5,
      maxRetries: 100,
    },
  })
  const start = proxy.log.length
  await client.connect(transport as Transport)
  t.teardown(() => client.close())
  const { status } = await proxy.answered(
    ({ method, session }) => method === 'GET' && session === transport.sessionId,
    start,
  )
  if (status !== 200) throw new Error(`no standalone stream: ${status}`)
  return { client, asked: () => wasAsked, changes, updates }
}

export async function callText(client: Client, name: string, args: Record<string, unknown> = {}) {
  const result = await client.callTool({ name, arguments: args })
  return (result.content as { text?: string }[])[0]?.text
}

/** A call that takes its time. Resolves once its stream is open, and the client knows its place there. */
export async function beginCall(
  client: Client,
  name: string,
  args: Record<string, unknown>,
): Promise<{ answer: Promise<unknown> }> {
  let opened = () => {}
  const open = new Promise<void>((resolve) => {
    opened = resolve
  })
  const answer = client.callTool({ name, arguments: args }, undefined, {
    onresumptiontoken: () => opened(),
  })
  await Promise.race([open, answer])
  return { answer }
}
