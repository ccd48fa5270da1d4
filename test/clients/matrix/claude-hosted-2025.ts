/**
 * Claude on the web, on the desktop and on phones in 2025: it registers as a public client with a scope of its own,
 * `claudeai`, names no resource, and was seen to look with HEAD first.
 */
import { randomBytes } from 'node:crypto'
import { inBody } from './client-authentication.ts'
import type { RealClient } from './real-client.ts'
import { OAUTH_THEN_OPENID, PATH_THEN_ROOT } from './well-known.ts'

export const CLAUDE_CALLBACK = 'https://claude.ai/api/mcp/auth_callback'

export const claudeHosted2025: RealClient = {
  name: 'Claude hosted, 2025',
  discovery: {
    probe: { method: 'HEAD' },
    headers: { 'user-agent': 'python-httpx/0.28.1', accept: '*/*' },
    resourceMetadata: PATH_THEN_ROOT,
    serverMetadata: OAUTH_THEN_OPENID,
  },
  ways: [
    {
      by: 'registration',
      body: (_found, redirectUri) => ({
        client_name: 'claudeai',
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'none',
        scope: 'claudeai',
      }),
    },
  ],
  redirectUri: () => CLAUDE_CALLBACK,
  headers: { oauth: { 'user-agent': 'python-httpx/0.28.1' } },
  state: () => randomBytes(32).toString('base64url'),
  authenticate: inBody,
  // C36: its own word is nobody's scope here, and it was seen with a blank in front.
  authorization: () => ({ scope: ' claudeai' }),
  token: () => ({}),
  refreshes: () => [{}],
  protocol: {
    version: '2025-06-18',
    clientInfo: { name: 'claude-ai', version: '0.1.0' },
    headers: { 'user-agent': 'Claude-User', accept: '*/*' },
    saysVersion: false,
    listens: true,
  },
}
