import type { KnownDocument } from './known-document.ts'

export const opencode: KnownDocument = {
  source: 'https://github.com/anomalyco/opencode/pull/47737',
  read: '2026-11-25',
  published: '2026-09-07',
  document: {
    client_id: 'https://opencode.ai/oauth/opencode/client.json',
    client_name: 'opencode',
    client_uri: 'https://opencode.ai',
    logo_uri: 'https://opencode.ai/web-app-manifest-512x512.png',
    application_type: 'native',
    redirect_uris: ['http://127.0.0.1/callback', 'http://localhost/callback'],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    token_endpoint_auth_methods_supported: ['none'],
  },
}
