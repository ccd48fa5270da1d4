import {
  type JSONRPCMessage,
  McpServer,
  type MessageExtraInfo,
  type Transport,
} from '@modelcontextprotocol/server'
import t from 'tap'
import { z } from 'zod'
import { answerDirectly } from '../../src/transport/direct-answer.ts'

type Tool = Parameters<McpServer['registerTool']>[2]
const request = new Request('http://localhost/mcp')
const call = { jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name: 'tool' } } as const

/** A call of that tool, over a transport that notes what is passed on to it. */
async function called(tool: Tool) {
  const server = new McpServer({ name: 'x', version: '1' }, { capabilities: { logging: {} } })
  server.registerTool('tool', { inputSchema: z.object({}) }, tool)
  const [direct, passed]: [string[], JSONRPCMessage[]] = [[], []]
  const errors: Error[] = []
  let closings = 0
  let ended = () => {}
  const over = new Promise<void>((resolve) => {
    ended = resolve
  })
  server.server.onclose = () => {
    closings++
    ended()
  }
  server.server.onerror = (error) => errors.push(error)
  const sdk: Transport = {
    start: async () => {},
    send: async (message) => void passed.push(message),
    close: async () => sdk.onclose?.(),
  }
  answerDirectly(server, request, (json) => direct.push(json))
  await server.connect(sdk)
  const send = (extra?: MessageExtraInfo) => sdk.onmessage?.(call, extra)
  return { server, sdk, send, direct, passed, errors, over, closings: () => closings }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate)
}

t.test('a result that comes whole goes nowhere else, and ends the server once', async (t) => {
  let signal: AbortSignal | undefined
  const { send, sdk, server, direct, passed, over, closings } = await called(
    async (_args, context) => {
      signal = context.mcpReq.signal
      t.equal(context.http?.req, request, 'a tool sees the request that it was told')
      return { content: [{ type: 'text', text: 'x' }] }
    },
  )
  send({ request: new Request('http://localhost/another') })
  await over
  const aborted = signal?.aborted
  t.match(
    direct.map((json) => JSON.parse(json)),
    [{ id: 7, result: { content: [{ text: 'x' }] } }],
  )
  t.strictSame(passed, [])
  t.equal(aborted, false, 'what is answered is not cancelled')
  await server.close()
  await sdk.close()
  t.equal(closings(), 1)
})

t.test('an error is the SDK’s to answer, and so is all that follows something said', async (t) => {
  const failing = await called(async () => ({ content: [] }))
  failing.sdk.onmessage?.({ ...call, method: 'prompts/get' })
  await until(() => failing.passed.length > 0)
  t.match(failing.passed, [{ id: 7, error: { code: -32601 } }])

  const speaking = await called(async (_args, { mcpReq }) => {
    await mcpReq.notify({
      method: 'notifications/progress',
      params: { progressToken: 1, progress: 1 },
    })
    return { content: [] }
  })
  speaking.send()
  await until(() => speaking.passed.length > 1)
  t.match(speaking.passed, [{ method: 'notifications/progress' }, { id: 7, result: {} }])
  t.strictSame([...failing.direct, ...speaking.direct], [])
})

t.test('what JSON cannot say is an error, and its client does not wait for ever', async (t) => {
  const { send, passed, direct, errors } = await called(async () => ({
    content: [],
    _meta: { number: 1n },
  }))
  send()
  await until(() => passed.length > 0)
  t.match(passed, [{ id: 7, error: { code: -32603, message: 'Internal error' } }])
  t.match(errors, [TypeError])
  t.strictSame(direct, [])
})

t.test('what is said after the answer is not heard', async (t) => {
  let late: (() => Promise<void>) | undefined
  const { send, sdk, passed, direct, over } = await called(async (_args, { mcpReq }) => {
    const params = { progressToken: 1, progress: 1 }
    late = () => mcpReq.notify({ method: 'notifications/progress', params })
    return { content: [] }
  })
  send()
  await over
  await late?.().catch(() => {})
  sdk.onmessage?.(call)
  t.equal(direct.length, 1)
  t.strictSame(passed, [])
})

t.test('who leaves before the answer has cancelled', async (t) => {
  let aborted = () => {}
  const cancelled = new Promise<void>((resolve) => {
    aborted = resolve
  })
  const { send, sdk, direct, passed, closings } = await called(async (_args, { mcpReq }) => {
    mcpReq.signal.addEventListener('abort', aborted)
    await cancelled
    return { content: [] }
  })
  send()
  await new Promise(setImmediate)
  await sdk.close()
  await t.resolves(cancelled)
  await new Promise(setImmediate)
  t.strictSame([...direct, ...passed], [])
  t.equal(closings(), 1)
})
