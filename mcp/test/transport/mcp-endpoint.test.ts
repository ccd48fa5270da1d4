import { Client as V1Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import { McpServer } from '@modelcontextprotocol/server'
import t from 'tap'
import { people } from '../support/gateway.ts'
import {
  beginSession,
  call,
  connect,
  initialize,
  message,
  startHouse,
  wireSession,
} from '../support/house.ts'

const house = await startHouse()
t.teardown(() => house.close())
const ender = await house.gateway.mint({ claims: people.ender })
const bean = await house.gateway.mint({ claims: people.bean })
const enders = await beginSession(house, ender)
const beans = await beginSession(house, bean)
const nobody = wireSession(house.mcpUrl, ender, '')

t.test('a client of 2026-07-28 and one of 2025 find the same server', async (t) => {
  for (const era of ['modern', 'legacy'] as const) {
    const client = await connect(house, people.ender, era)
    t.match(client.getServerVersion(), { name: 'battle-school', icons: [{ sizes: ['any'] }] })
    t.match(client.getInstructions(), /person who is signed in/)
    const { tools } = await client.listTools()
    t.equal(tools[0]?.name, 'get_student_info', era)
    for (const tool of tools) {
      t.match(tool, {
        title: String,
        description: String,
        icons: [{ mimeType: 'image/svg+xml', src: /^data:image\/svg\+xml;base64,/ }],
        annotations: { readOnlyHint: Boolean, destructiveHint: false, openWorldHint: false },
        inputSchema: { type: 'object', additionalProperties: false },
        outputSchema: { type: 'object', additionalProperties: false },
      })
    }
    t.match(await client.listPrompts(), {
      prompts: [{ name: 'instructor_message' }, { name: 'debrief' }],
    })
    await client.close()
  }
})

t.test('the v1 SDK’s client is served too', async (t) => {
  const client = new V1Client({ name: 'v1', version: '1' })
  const transport = new StreamableHTTPClientTransport(house.mcpUrl, {
    requestInit: { headers: { authorization: `Bearer ${bean}` } },
  })
  await client.connect(transport as Transport)
  const result = await client.callTool({ name: 'get_student_info', arguments: {} })
  t.match(result.structuredContent, { id: 'BS-2507', name: 'Bean' })
  await client.close()
})

t.test('2025-03-26, 2025-06-18 and 2025-11-25 are negotiated as asked', async (t) => {
  for (const protocolVersion of ['2025-03-26', '2025-06-18', '2025-11-25']) {
    const answer = await nobody.post(initialize(protocolVersion))
    t.match(await message(answer), { id: 'initialize', result: { protocolVersion } })
    t.match(answer.headers.get('mcp-session-id'), /^[0-9a-f-]{36}$/)
  }
})

t.test('two people with equal JSON-RPC ids at once get each their own answer', async (t) => {
  const [first, second] = await Promise.all([
    enders.post(call('get_student_info', {}, 'same')).then(message),
    beans.post(call('get_student_info', {}, 'same')).then(message),
  ])
  t.match(first, { id: 'same', result: { structuredContent: { id: 'BS-2401' } } })
  t.match(second, { id: 'same', result: { structuredContent: { id: 'BS-2507' } } })
})

t.test('a hundred interleaved calls: no answer holds the other’s data', async (t) => {
  const answers = await Promise.all(
    Array.from({ length: 100 }, async (_, index) => {
      const mine = index % 2 === 0 ? enders : beans
      return await (await mine.post(call('get_student_info', {}, index))).text()
    }),
  )
  for (const [index, answer] of answers.entries()) {
    const [own, other] = index % 2 === 0 ? ['BS-2401', 'BS-2507'] : ['BS-2507', 'BS-2401']
    t.ok(answer.includes(own) && !answer.includes(other) && answer.includes(`"id":${index}`))
  }
})

t.test('C54: any Accept or none will do', async (t) => {
  for (const accept of ['*/*', undefined]) {
    const { statusCode, body } = await house.app.inject({
      method: 'POST',
      url: '/mcp',
      headers: {
        authorization: `Bearer ${ender}`,
        'content-type': 'application/json',
        'mcp-session-id': enders.id,
        ...(accept && { accept }),
      },
      payload: JSON.stringify(call('get_my_army')),
    })
    t.equal(statusCode, 200)
    t.match(body, 'Dragon Army')
  }
})

t.test('C53: DELETE with an empty JSON body ends the session', async (t) => {
  const { id } = await beginSession(house, ender)
  const headers = { authorization: `Bearer ${ender}`, 'mcp-session-id': id }
  const json = { ...headers, 'content-type': 'application/json' }
  t.equal((await fetch(house.mcpUrl, { method: 'DELETE', headers: json })).status, 200)
  t.equal((await fetch(house.mcpUrl, { method: 'DELETE', headers })).status, 404)
})

t.test('methods that MCP does not have are 405', async (t) => {
  const headers = { authorization: `Bearer ${ender}` }
  const answer = await fetch(house.mcpUrl, { method: 'PUT', headers })
  t.equal(answer.status, 405)
  t.equal(answer.headers.get('allow'), 'GET, POST, DELETE')
  t.match(await answer.json(), { jsonrpc: '2.0', error: { code: Number } })
})

t.test('JSON-RPC 2.0 §5.1: what is no JSON is -32700, and no stack leaves', async (t) => {
  for (const body of ['{', '', 'null', '"text"', '{"jsonrpc":"2.0"}', '[{]']) {
    const answer = await enders.post(body)
    t.equal(answer.status, 400, body)
    const text = await answer.text()
    t.match(JSON.parse(text), { jsonrpc: '2.0', error: { code: Number }, id: null })
    t.notMatch(text, /\bat .*\.(ts|js|mjs):/)
  }
  const malformed = await enders.post('{')
  t.match(await malformed.json(), { error: { code: -32700 } })
})

t.test('another content type is 415, a body over 4 MiB is 413, both as JSON-RPC', async (t) => {
  const headers = {
    authorization: `Bearer ${ender}`,
    accept: 'application/json, text/event-stream',
  }
  const plain = await fetch(house.mcpUrl, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'text/plain' },
    body: JSON.stringify(call('get_my_army')),
  })
  t.equal(plain.status, 415)
  t.match(await plain.json(), { jsonrpc: '2.0', error: {} })
  const large = await enders.post(JSON.stringify({ pad: 'x'.repeat(4 * 1024 * 1024) }))
  t.equal(large.status, 413)
  t.match(await large.json(), { jsonrpc: '2.0', error: {} })
})

t.test('an unknown method and an unknown tool are JSON-RPC errors', async (t) => {
  const method = await enders.post({ jsonrpc: '2.0', id: 4, method: 'server/unknown' })
  t.match(await message(method), { id: 4, error: { code: -32601 } })
  t.match(await message(await enders.post(call('expel'))), { error: { code: -32602 } })
})

t.test('any MCP server may take the school’s place', async (t) => {
  const other = await startHouse(
    {},
    {
      createServer: () => {
        const server = new McpServer({ name: 'guest', version: '1' })
        server.registerTool('steps', { description: 'counts' }, async (ctx) => {
          const progressToken = ctx.mcpReq._meta?.progressToken
          if (progressToken !== undefined) {
            const params = { progressToken, progress: 1, total: 2 }
            await ctx.mcpReq.notify({ method: 'notifications/progress', params })
          }
          return { content: [{ type: 'text', text: 'done' }] }
        })
        return server
      },
    },
  )
  t.teardown(() => other.close())
  for (const era of ['modern', 'legacy'] as const) {
    const client = await connect(other, {}, era)
    const seen: number[] = []
    const result = await client.callTool(
      { name: 'steps', arguments: {} },
      { onprogress: ({ progress }) => void seen.push(progress) },
    )
    t.match(result.content, [{ text: 'done' }])
    t.strictSame(seen, [1], `${era}: what is sent before the answer arrives too`)
    await client.close()
  }
})
