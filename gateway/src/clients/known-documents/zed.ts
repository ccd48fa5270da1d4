import type { KnownDocument } from './known-document.ts'

export const zed: KnownDocument = {
  source:
    'https://github.com/cocoar-dev/modgud/blob/15f0900d8f5912d707a45ae562d62d79fb01b59a/src/dotnet/Modgud.Tests.Unit/OAuth/RealWorldClientMetadata.cs',
  read: '2026-11-25',
  published: '2026-09-21',
  document: {
    client_id: 'https://zed.dev/oauth/client-metadata.json',
    client_name: 'Zed',
    client_uri: 'https://zed.dev',
    redirect_uris: ['http://127.0.0.1/callback'],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    logo_uri: 'https://cdn.zed.dev/images/logo-dark.png',
  },
}
