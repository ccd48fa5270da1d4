/** What all tools of the school have alike; each tool is a file of its own. */
import {
  type InputRequiredResult,
  isInputRequiredResult,
  type ServerContext,
  type ToolAnnotations,
} from '@modelcontextprotocol/server'
import type { z } from 'zod'
import { needs, type Scope } from '../authentication/scope.ts'
import { schoolIcons } from '../icons.ts'
import type { Audience, Offer } from '../visit/offer.ts'
import { mustHoldInstruct, publicReason, type Visit } from '../visit/visit.ts'
import { memoised } from './memoised-schema.ts'

interface Tool<Input extends z.ZodObject, Output extends z.ZodObject> {
  name: string
  title: string
  description: string
  audience: Audience
  /** All that the access token must carry. Missing public ones are a challenge, school:instruct is a refusal. */
  scopes: readonly Scope[]
  /** Where a tool does more than read: what it does (MCP, Tools, “ToolAnnotations”). */
  annotations?: Pick<ToolAnnotations, 'destructiveHint' | 'idempotentHint'>
  input: Input
  output: Output
  /**
   * May also ask the person first, with `inputRequired(…)`; `context` has progress, log, signal and what they answered.
   * @throws Refusal
   */
  answer(
    input: z.output<Input>,
    visit: Visit,
    context: ServerContext,
  ): Promise<z.input<Output> | InputRequiredResult>
}

export function tool<Input extends z.ZodObject, Output extends z.ZodObject>({
  name,
  title,
  description,
  audience,
  scopes,
  annotations,
  input,
  output,
  answer,
}: Tool<Input, Output>): Offer {
  const listed = {
    name,
    title,
    description,
    inputSchema: memoised(input),
    outputSchema: memoised(output),
    annotations: {
      readOnlyHint: annotations === undefined,
      destructiveHint: false,
      idempotentHint: true,
      // Every tool works on what the school itself holds.
      openWorldHint: false,
      ...annotations,
    },
    icons: schoolIcons,
  }
  const config = { ...listed, scopeChallenge: needs(scopes) }
  return {
    kind: 'tool',
    name,
    audience,
    listed,
    register(server, visit) {
      server.registerTool(name, config, async (given, context) => {
        try {
          mustHoldInstruct(visit, scopes)
          const answered = await answer(given, visit, context)
          if (isInputRequiredResult(answered)) return answered
          // The text repeats the structure for clients that do not read it (MCP, Tools, “Structured Content”).
          return {
            content: [{ type: 'text', text: JSON.stringify(answered) }],
            structuredContent: answered,
          }
        } catch (error) {
          // Nobody reads the answer to a cancelled request, and its end is no failure.
          if (context.mcpReq.signal.aborted) return { content: [], isError: true }
          return { content: [{ type: 'text', text: publicReason(error, visit) }], isError: true }
        }
      })
    },
  }
}
