/**
 * ChatGPT: its document with `private_key_jwt`, named in a list as well as by itself (C29); or it registers once per
 * connection, with a callback of that connector alone. It speaks MCP 2026-07-28 first.
 */
import { randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair } from 'jose'
import { byAssertion, inBody } from './client-authentication.ts'
import type { RealClient } from './real-client.ts'
import { OAUTH_THEN_OPENID, PATH_THEN_ROOT } from './well-known.ts'

const STABLE_CALLBACK = 'https://chatgpt.com/connector_platform_oauth_redirect'
const KID = 'chatgpt-1'
const { publicKey, privateKey } = await generateKeyPair('RS256')

export const chatgpt: RealClient = {
  name: 'ChatGPT',
  discovery: {
    probe: { method: 'POST', body: { jsonrpc: '2.0', id: 0, method: 'server/discover' } },
    headers: { 'user-agent': 'openai-mcp/1.0.0', accept: 'application/json, text/event-stream' },
    resourceMetadata: PATH_THEN_ROOT,
    serverMetadata: OAUTH_THEN_OPENID,
    insists: (t, { server }) =>
      t.equal(
        server.authorization_response_iss_parameter_supported,
        true,
        'C8: only then it uses its stable callback and document',
      ),
  },
  ways: [
    {
      by: 'registration',
      assumed: true,
      redirectUri: 'https://chatgpt.com/connector/oauth/aBcD3fGh',
      body: (_found, redirectUri) => ({
        client_name: 'ChatGPT',
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'none',
      }),
    },
    {
      by: 'document',
      what: 'by private_key_jwt, C29',
      path: 'chatgpt.com/oauth/client.json',
      document: (documents) => ({
        client_name: 'ChatGPT',
        client_uri: 'https://chatgpt.com/',
        redirect_uris: [STABLE_CALLBACK],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
        token_endpoint_auth_signing_alg: 'RS256',
        jwks_uri: `${documents}/chatgpt.com/oauth/jwks.json`,
      }),
      beside: {
        'chatgpt.com/oauth/jwks.json': {
          keys: [{ ...(await exportJWK(publicKey)), kid: KID, alg: 'RS256', use: 'sig' }],
        },
      },
      authenticate: byAssertion(privateKey, KID),
    },
  ],
  redirectUri: () => STABLE_CALLBACK,
  headers: { oauth: { 'user-agent': 'openai-mcp/1.0.0' } },
  state: () => `oauth_s_${randomUUID().replaceAll('-', '')}`,
  authenticate: inBody,
  // C36: the scope may be an empty string.
  authorization: ({ resource }) => ({ scope: '', resource: resource.resource }),
  token: ({ resource }) => ({ resource: resource.resource }),
  refreshes: ({ resource }) => [{ resource: resource.resource }],
  // It begins with MCP 2026-07-28 and falls back. No session header, no GET and no DELETE were seen of it.
  protocol: {
    modern: true,
    version: '2025-11-25',
    clientInfo: { name: 'openai-mcp', version: '1.0.0' },
    headers: {
      'user-agent': 'openai-mcp/1.0.0',
      'x-openai-session': randomUUID(),
      'x-openai-subject': randomUUID(),
    },
    saysVersion: true,
  },
}
