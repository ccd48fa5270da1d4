/** What all tools of the school have alike; each tool is a file of its own. */
import type { ToolAnnotations } from '@modelcontextprotocol/server'
import type { z } from 'zod'
import { needsRead } from '../authentication/scope.ts'
import { schoolIcons } from '../icons.ts'
import { publicReason, type Registration, type Visit } from '../visit/visit.ts'
import { memoised } from './memoised-schema.ts'

interface Tool<Input extends z.ZodObject, Output extends z.ZodObject> {
  name: string
  title: string
  description: string
  input: Input
  output: Output
  /** @throws Refusal */
  answer(input: z.output<Input>, visit: Visit): Promise<z.input<Output>>
}

/** All tools read, and only what the school itself holds. */
const annotations: ToolAnnotations = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
}

export function tool<Input extends z.ZodObject, Output extends z.ZodObject>({
  name,
  title,
  description,
  input,
  output,
  answer,
}: Tool<Input, Output>): Registration {
  const config = {
    title,
    description,
    inputSchema: memoised(input),
    outputSchema: memoised(output),
    annotations,
    icons: schoolIcons,
    scopeChallenge: needsRead,
  }
  return (server, visit) => {
    server.registerTool(name, config, async (given) => {
      try {
        const structuredContent = await answer(given, visit)
        // The text repeats the structure for clients that do not read it (MCP, Tools, “Structured Content”).
        return {
          content: [{ type: 'text', text: JSON.stringify(structuredContent) }],
          structuredContent,
        }
      } catch (error) {
        return { content: [{ type: 'text', text: publicReason(error, visit) }], isError: true }
      }
    })
  }
}
