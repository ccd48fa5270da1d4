/**
 * A person's yes to one deed, before it is done (MCP 2026-07-28, “Multi Round-Trip Requests”; 2025: Elicitation). What
 * they were asked comes back with their answer, sealed: it holds for that person, client, tool, arguments and question,
 * for ten minutes, and once.
 */
import { createHash, randomUUID } from 'node:crypto'
import {
  createRequestStateCodec,
  type InputRequiredResult,
  inputRequired,
  inputResponse,
  type RequestStateCodec,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { z } from 'zod'
import { Refusal } from './refusal.ts'
import { publicReason, type Visit } from './visit.ts'

export interface Deed {
  tool: string
  /** As the tool's schema gives them, so that their order and form do not count. */
  input: Record<string, unknown>
  /** Says exactly what will be done. */
  question: string
}

/** The client can read it. */
interface Asked {
  id: string
  /** Of the deed. */
  digest: string
}

/** Seconds in which an answer counts. */
const LIFETIME = 600

const form = z.object({ confirm: z.boolean() })

/** Written out: what zod makes of a schema names its dialect, which older clients do not expect in a form. */
const requestedSchema = {
  type: 'object' as const,
  properties: {
    confirm: {
      type: 'boolean' as const,
      title: 'Confirm',
      description: 'Yes: do it. No: leave all as it is.',
    },
  },
  required: ['confirm'],
}

/** Undefined where nobody was asked yet: then what is returned to the client asks. */
export type Answer = { confirmed: boolean } | { ask: InputRequiredResult }

/**
 * Asks, or reads the answer. An answer is used up by being read, whichever it was.
 * @throws Refusal where it was given to another question, or was used before
 */
export async function confirmation(
  deed: Deed,
  visit: Visit,
  context: ServerContext,
): Promise<Answer> {
  const asked = context.mcpReq.requestState<Asked>()
  const answer = inputResponse(context.mcpReq.inputResponses, 'confirm')
  const digest = digestOf(deed)
  if (asked === undefined || answer.kind !== 'elicit') {
    return { ask: await question(deed.question, { id: randomUUID(), digest }, visit, context) }
  }
  if (asked.digest !== digest) {
    throw new Refusal('This confirmation was given for something else. Call the tool again.')
  }
  if (!(await visit.school.seals.consume(asked.id, LIFETIME * 1_000))) {
    throw new Refusal('This confirmation was used before. Call the tool again for a new one.')
  }
  const content = form.safeParse(answer.action === 'accept' ? answer.content : undefined)
  return { confirmed: content.success && content.data.confirm }
}

/** The SDK's check of every state that comes back, before any tool runs: a bad one is -32602. */
export function confirmationCheck(visit: Visit) {
  return async (state: string, context: ServerContext): Promise<Asked> => {
    try {
      return await (await codec(visit)).verify(state, context)
    } catch (error) {
      // The SDK answers every failure alike; an outage has to be noted to leave as 503.
      if (!(error instanceof Error && unsealed.includes(error.message))) publicReason(error, visit)
      throw error
    }
  }
}

/** Why the SDK's codec refuses a state. */
const unsealed = ['malformed', 'mac', 'expired', 'bind']

async function question(
  message: string,
  asked: Asked,
  visit: Visit,
  context: ServerContext,
): Promise<InputRequiredResult> {
  return inputRequired({
    inputRequests: { confirm: inputRequired.elicit({ message, requestedSchema }) },
    requestState: await (await codec(visit)).mint(asked, context),
  })
}

async function codec({ person, school }: Visit): Promise<RequestStateCodec<Asked>> {
  const key = await school.seals.key()
  // MCP, Elicitation, “Security Considerations”: bound to the client and the person.
  const bind = ({ http }: ServerContext) => JSON.stringify([person.id, http?.authInfo?.clientId])
  return createRequestStateCodec<Asked>({ key, ttlSeconds: LIFETIME, bind })
}

function digestOf({ tool, input, question }: Deed): string {
  return createHash('sha256')
    .update(JSON.stringify([tool, input, question]))
    .digest('base64url')
}
