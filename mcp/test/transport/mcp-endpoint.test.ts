import { Client as V1Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import { McpServer } from '@modelcontextprotocol/server'
import t from 'tap'
import { people } from '../support/gateway.ts'
import { call, connect, message, post, startHouse } from '../support/house.ts'

const house = await startHouse()
t.teardown(() => house.close())
const ender = await house.gateway.mint({ claims: people.ender })
const bean = await house.gateway.mint({ claims: people.bean })

t.test('a client of 2026-07-28 and one of 2025 find the same server', async (t) => {
  for (const era of ['modern', 'legacy'] as const) {
    const client = await connect(house, people.ender, era)
    t.match(client.getServerVersion(), { name: 'battle-school', icons: [{ sizes: ['any'] }] })
    t.match(client.getInstructions(), /person who is signed in/)
    const { tools } = await client.listTools()
    t.strictSame(
      tools.map((tool) => tool.name),
      ['get_student_info', 'get_my_army', 'get_opponent_army'],
      era,
    )
    for (const tool of tools) {
      t.match(tool, {
        title: String,
        description: String,
        icons: [{ mimeType: 'image/svg+xml', src: /^data:image\/svg\+xml;base64,/ }],
        annotations: { readOnlyHint: true, destructiveHint: false, openWorldHint: false },
        inputSchema: { type: 'object', additionalProperties: false },
        outputSchema: { type: 'object', additionalProperties: false },
      })
    }
    t.match(await client.listPrompts(), { prompts: [{ name: 'instructor_message' }] })
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
    const params = { protocolVersion, capabilities: {}, clientInfo: { name: 'c', version: '1' } }
    const answer = await post(house, ender, { jsonrpc: '2.0', id: 0, method: 'initialize', params })
    t.match(await message(answer), { id: 0, result: { protocolVersion } })
  }
})

t.test('two people with equal JSON-RPC ids at once get each their own answer', async (t) => {
  const [first, second] = await Promise.all([
    post(house, ender, call('get_student_info', {}, 'same')).then(message),
    post(house, bean, call('get_student_info', {}, 'same')).then(message),
  ])
  t.match(first, { id: 'same', result: { structuredContent: { id: 'BS-2401' } } })
  t.match(second, { id: 'same', result: { structuredContent: { id: 'BS-2507' } } })
})

t.test('a hundred interleaved calls: no answer holds the other’s data', async (t) => {
  const answers = await Promise.all(
    Array.from({ length: 100 }, async (_, index) => {
      const mine = index % 2 === 0 ? ender : bean
      return await (await post(house, mine, call('get_student_info', {}, index))).text()
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
        ...(accept && { accept }),
      },
      payload: JSON.stringify(call('get_my_army')),
    })
    t.equal(statusCode, 200)
    t.match(body, 'Dragon Army')
  }
})

t.test('C53: GET and DELETE without sessions are 405, an empty JSON body included', async (t) => {
  for (const method of ['GET', 'DELETE'] as const) {
    const answer = await fetch(house.mcpUrl, {
      method,
      headers: {
        authorization: `Bearer ${ender}`,
        accept: 'text/event-stream',
        'content-type': 'application/json',
      },
    })
    t.equal(answer.status, 405, method)
    t.equal(answer.headers.get('allow'), 'POST')
    t.match(await answer.json(), { jsonrpc: '2.0', error: { code: Number } })
  }
})

t.test('JSON-RPC 2.0 §5.1: what is no JSON is -32700, and no stack leaves', async (t) => {
  for (const body of ['{', '', 'null', '"text"', '{"jsonrpc":"2.0"}', '[{]']) {
    const answer = await post(house, ender, body)
    t.equal(answer.status, 400, body)
    const text = await answer.text()
    t.match(JSON.parse(text), { jsonrpc: '2.0', error: { code: Number }, id: null })
    t.notMatch(text, /\bat .*\.(ts|js|mjs):/)
  }
  const malformed = await post(house, ender, '{')
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
  const large = await post(house, ender, JSON.stringify({ pad: 'x'.repeat(4 * 1024 * 1024) }))
  t.equal(large.status, 413)
  t.match(await large.json(), { jsonrpc: '2.0', error: {} })
})

t.test('an unknown method and an unknown tool are JSON-RPC errors', async (t) => {
  const method = await post(house, ender, { jsonrpc: '2.0', id: 4, method: 'server/unknown' })
  t.match(await message(method), { id: 4, error: { code: -32601 } })
  t.match(await message(await post(house, ender, call('expel'))), { error: { code: -32602 } })
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
