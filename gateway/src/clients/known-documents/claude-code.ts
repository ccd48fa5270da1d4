import type { KnownDocument } from './known-document.ts'

export const claudeCode: KnownDocument = {
  source:
    'https://github.com/cocoar-dev/modgud/blob/15f0900d8f5912d707a45ae562d62d79fb01b59a/src/dotnet/Modgud.Tests.Unit/OAuth/RealWorldClientMetadata.cs',
  read: '2026-11-25',
  published: '2026-09-21',
  document: {
    client_id: 'https://claude.ai/oauth/claude-code-client-metadata',
    client_name: 'Claude Code',
    client_uri: 'https://claude.ai',
    redirect_uris: ['http://localhost/callback', 'http://127.0.0.1/callback'],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  },
}
