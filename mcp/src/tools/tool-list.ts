/**
 * tools/list, made once for all who see the same tools. The SDK makes it anew for each request, and the server that it needs
 * for that costs more than a call: so where only the list is asked for, no tool is registered at all.
 */
import type {
  McpServer,
  StandardSchemaWithJSON,
  Tool,
  ToolAnnotations,
} from '@modelcontextprotocol/server'
import { writtenOnce } from '../written-once.ts'

/** What is given to `registerTool`, as far as clients see it. Schemas are those of objects. */
export interface ListedTool {
  name: string
  title?: string
  description?: string
  inputSchema: StandardSchemaWithJSON
  outputSchema?: StandardSchemaWithJSON
  annotations?: ToolAnnotations
  icons?: Tool['icons']
}

export type ToolList = readonly Tool[]

/** The same as the SDK would list. Whoever sees other tools needs a list of their own. */
export function toolList(tools: readonly ListedTool[]): ToolList {
  return writtenOnce(tools.map(entry))
}

/** @param server that offers tools, and is asked for nothing else than which */
export function answerToolList(server: McpServer, tools: ToolList): void {
  const result = { tools: tools as Tool[] }
  server.server.setRequestHandler('tools/list', () => result)
}

function entry({ name, title, description, annotations, icons, ...schemas }: ListedTool): Tool {
  const { inputSchema, outputSchema } = schemas
  const listed = {
    name,
    title,
    description,
    inputSchema: jsonSchema(inputSchema, 'input'),
    annotations,
    icons,
    outputSchema: outputSchema && jsonSchema(outputSchema, 'output'),
  }
  // What is absent is left out, and nothing is shared with what could be changed.
  return JSON.parse(JSON.stringify(listed)) as Tool
}

function jsonSchema(schema: StandardSchemaWithJSON, side: 'input' | 'output') {
  const json = schema['~standard'].jsonSchema[side]({ target: 'draft-2020-12' })
  return side === 'output' && 'type' in json ? json : { type: 'object', ...json }
}
