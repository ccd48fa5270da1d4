/** What else is let in or through at the door, and the MCP server that is behind it. */
import { z } from 'zod'
import { secret } from '../secret.ts'
import { httpUrl, list } from './forms.ts'

export const doorSettings = {
  METRICS_TOKEN: z
    .string()
    .default('')
    .transform((value, context) => {
      if (value === '') return ''
      const token = secret(16).safeParse(value)
      if (token.success && !/\s/.test(value)) return token.data
      const message = token.error?.issues[0]?.message ?? 'must hold no white space'
      context.addIssue({ code: 'custom', message })
      return z.NEVER
    })
    .describe(
      'Bearer token that GET /metrics asks for, at least 16 characters; without one there are no metrics.',
    ),
  CUSTOM_REDIRECT_URIS: list()
    .default([])
    .describe(
      'Redirect URIs with a scheme of their own that are admitted, exactly as written (RFC 8252 §7.1), e.g. cursor://anysphere.cursor-mcp/oauth/callback.',
    ),
  ALLOWED_ORIGINS: list()
    .default([])
    .describe('Further browser origins that may call /mcp; comma-separated.'),
  FORWARD_HEADERS: list()
    .default([])
    .describe('Further request headers that go to the MCP server; comma-separated.'),
  MCP_UPSTREAM_URL: httpUrl()
    .default('http://127.0.0.1:3001/mcp')
    .describe(
      'The Streamable HTTP endpoint behind the door. Where its path ends in `/mcp`, HTTP+SSE is looked for beside it, at `/sse` and `/messages`.',
    ),
  ASSERTION_AUDIENCE: z
    .string()
    .min(1)
    .default('urn:battle-school:mcp')
    .describe('Audience of the inward assertion: the MCP server’s own identifier (RFC 9068 §2.2).'),
  BATTLE_SCHOOL_DEMO_PASSWORD: z
    .string()
    .default('')
    .describe(
      'Password of the demo people, when this house has them: read only to refuse it off loopback.',
    ),
}
