/** What all prompts of the school have alike (MCP, Prompts); each prompt is a file of its own. */
import type { z } from 'zod'
import { needs } from '../authentication/scope.ts'
import { schoolIcons } from '../icons.ts'
import type { Audience, Offer } from '../visit/offer.ts'
import { protocolError, type Visit } from '../visit/visit.ts'

interface Prompt<Args> {
  name: string
  title: string
  description: string
  audience: Audience
  /** Made for each visit, because their completion is for the visitor. */
  args(visit: Visit): z.ZodType<Args>
  /**
   * What the model is asked.
   * @throws Refusal
   */
  write(args: Args, visit: Visit): Promise<string>
}

export function prompt<Args>({
  name,
  title,
  description,
  audience,
  args,
  write,
}: Prompt<Args>): Offer {
  const config = { title, description, icons: schoolIcons, scopeChallenge: needs(['school:read']) }
  return {
    kind: 'prompt',
    name,
    audience,
    register(server, visit) {
      const argsSchema = args(visit)
      server.registerPrompt(name, { ...config, argsSchema }, async (given) => {
        try {
          const text = await write(given, visit)
          return { description, messages: [{ role: 'user', content: { type: 'text', text } }] }
        } catch (error) {
          throw protocolError(error, visit)
        }
      })
    },
  }
}
