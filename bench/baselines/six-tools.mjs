// mcp with six small tools in the school's place: what the transport and the SDK cost, without a domain.
import { McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { buildApp } from '../../mcp/dist/app.js'
import { readConfig } from '../../mcp/dist/config.js'
import { memoised } from '../../mcp/dist/tools/memoised-schema.js'
import { answerToolList, toolList } from '../../mcp/dist/tools/tool-list.js'

const tools = Array.from({ length: 6 }, (_, n) => ({
  name: `tool_${n}`,
  title: `Tool ${n}`,
  description: 'Says the name that it was given.',
  inputSchema: memoised(z.strictObject({ name: z.string().min(1).max(100) })),
  outputSchema: memoised(z.strictObject({ said: z.string(), length: z.int() })),
}))

const list = toolList(tools)

function createServer({ asked }) {
  const server = new McpServer(
    { name: 'six-tools', version: '1' },
    { capabilities: { tools: { listChanged: false } } },
  )
  if (asked?.method === 'tools/list') {
    answerToolList(server, list)
    return server
  }
  for (const { name, ...config } of tools) {
    if (asked?.method === 'tools/call' && asked.name !== name) continue
    server.registerTool(name, config, async ({ name: said }) => {
      const structuredContent = { said, length: said.length }
      return { content: [{ type: 'text', text: said }], structuredContent }
    })
  }
  return server
}

const config = readConfig(process.env)
await buildApp({ config, createServer }).listen({ port: config.PORT, host: config.HOST })
