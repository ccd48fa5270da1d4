/** Scopes that a tool, prompt or resource needs (RFC 6750 §3.1; MCP 2025-11-25 Authorization, "Scope Challenge Handling"). */
import type { ServerResponse } from 'node:http'
import {
  bearerAuthChallengeResponse,
  type JSONRPCRequest,
  type McpServer,
  OAuthError,
  OAuthErrorCode,
} from '@modelcontextprotocol/server'
import type { Caller } from '../authentication/person.ts'

/** As the SDK answers where it has the request itself. @returns whether there was a challenge */
export async function sendScopeChallenge(
  response: ServerResponse,
  requests: readonly JSONRPCRequest[],
  server: McpServer,
  caller: Caller,
): Promise<boolean> {
  const metadata = caller.resourceMetadataUrl
  for (const request of requests) {
    const challenge = await server.resolveScopeChallenge({ request, authInfo: caller })
    if (challenge === undefined) continue
    const error = new OAuthError(
      OAuthErrorCode.InsufficientScope,
      challenge.errorDescription ?? 'Insufficient scope',
    )
    const answer = bearerAuthChallengeResponse(error, {
      requiredScopes: [...challenge.scopes],
      ...(metadata !== undefined && { resourceMetadataUrl: metadata }),
    })
    response.writeHead(answer.status, Object.fromEntries(answer.headers))
    response.end(await answer.text())
    return true
  }
  return false
}
