/** Slackbot: its document, else it registers. The document and the user agent are known, its other requests are not. */
import { randomBytes } from 'node:crypto'
import { inBody } from './client-authentication.ts'
import type { RealClient } from './real-client.ts'
import { OAUTH_THEN_OPENID, PATH_THEN_ROOT } from './well-known.ts'

const USER_AGENT = { 'user-agent': 'Slack-MCP-Client/1.0' }
const document = () => ({
  client_name: 'Slack',
  client_uri: 'https://slack.com',
  redirect_uris: ['https://oauth2.slack.com/external/auth/callback'],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
})

export const slackbot: RealClient = {
  name: 'Slackbot',
  assumed: true,
  discovery: {
    probe: { method: 'POST', body: { jsonrpc: '2.0', id: 0, method: 'initialize' } },
    headers: { ...USER_AGENT, accept: 'application/json, text/event-stream' },
    resourceMetadata: PATH_THEN_ROOT,
    serverMetadata: OAUTH_THEN_OPENID,
  },
  ways: [
    { by: 'registration', body: document },
    { by: 'document', path: 'slack.com/.well-known/oauth-client-metadata', document },
  ],
  redirectUri: () => 'https://oauth2.slack.com/external/auth/callback',
  headers: { oauth: USER_AGENT },
  state: () => randomBytes(32).toString('hex'),
  authenticate: inBody,
  authorization: ({ challenge, resource }) => ({
    scope: challenge.scope,
    resource: resource.resource,
  }),
  token: ({ resource }) => ({ resource: resource.resource }),
  refreshes: ({ resource }) => [{ resource: resource.resource }],
  protocol: {
    version: '2025-06-18',
    clientInfo: { name: 'Slack', version: '1.0' },
    headers: USER_AGENT,
    saysVersion: true,
  },
}
