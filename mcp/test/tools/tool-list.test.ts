import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import t from 'tap'
import { z } from 'zod'
import { memoised } from '../../src/tools/memoised-schema.ts'
import { answerToolList, type ListedTool, toolList } from '../../src/tools/tool-list.ts'
import { modernRequest } from '../support/modern.ts'

const whole = {
  name: 'whole',
  title: 'Whole',
  description: 'With everything that may be said of a tool.',
  inputSchema: memoised(z.strictObject({ name: z.string().max(9).describe('A name') })),
  outputSchema: memoised(z.object({ said: z.array(z.string()) })),
  annotations: { readOnlyHint: true },
  icons: [{ src: 'data:image/png;base64,AA==', mimeType: 'image/png' }],
}
const least = { name: 'least', inputSchema: memoised(z.object({})) }
const tools: ListedTool[] = [whole, least]
const bare = () => new McpServer({ name: 'x', version: '1' }, { capabilities: { tools: {} } })

function registered(): McpServer {
  const server = bare()
  server.registerTool(whole.name, whole, () => ({ content: [] }))
  server.registerTool(least.name, least, () => ({ content: [] }))
  return server
}

async function listed(createServer: () => McpServer, era: 'modern' | 'legacy'): Promise<string> {
  const handler = createMcpHandler(createServer)
  t.teardown(() => handler.close())
  const { headers, body } = modernRequest('tools/list')
  const { 'content-type': type, accept } = headers
  const old = { headers: { 'content-type': type, accept }, body: LEGACY }
  const init = era === 'modern' ? { headers, body } : old
  const request = new Request('http://localhost/mcp', { method: 'POST', ...init })
  return await (await handler.fetch(request)).text()
}
const LEGACY = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' })

t.test('the list is the SDK’s own, byte for byte, in every revision', async (t) => {
  const list = toolList(tools)
  for (const era of ['modern', 'legacy'] as const) {
    const answer = await listed(() => {
      const server = bare()
      answerToolList(server, list)
      return server
    }, era)
    t.match(answer, '"name":"whole"')
    t.equal(answer, await listed(registered, era), era)
  }
})

t.test('a list is its own, whatever becomes of what it was made of', async (t) => {
  const own = { ...whole, annotations: { readOnlyHint: true } }
  const [first] = toolList([own])
  own.annotations.readOnlyHint = false
  t.equal(first?.annotations?.readOnlyHint, true)
  t.throws(() => Object.assign(first ?? {}, { name: 'another' }))
})
