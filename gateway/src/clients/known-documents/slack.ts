import type { KnownDocument } from './known-document.ts'

export const slack: KnownDocument = {
  source:
    'https://github.com/MCPJam/inspector/blob/e77d12435817b875f54b7b93f88dc4897ef23057/docs/host-oauth-profiles/HP-47-investigation.md',
  read: '2026-11-25',
  published: '2026-07-29',
  document: {
    client_id: 'https://slack.com/.well-known/oauth-client-metadata',
    client_name: 'Slack',
    client_uri: 'https://slack.com',
    logo_uri: 'https://a.slack-edge.com/80588/marketing/img/icons/icon_slack_hash_colored.png',
    redirect_uris: ['https://oauth2.slack.com/external/auth/callback'],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  },
}
