import type { KnownDocument } from './known-document.ts'

export const goose: KnownDocument = {
  source:
    'https://github.com/cocoar-dev/modgud/blob/15f0900d8f5912d707a45ae562d62d79fb01b59a/src/dotnet/Modgud.Tests.Unit/OAuth/RealWorldClientMetadata.cs',
  read: '2026-11-25',
  published: '2026-09-21',
  document: {
    client_id: 'https://goose-docs.ai/oauth/client-metadata.json',
    client_name: 'goose',
    logo_uri: 'https://goose-docs.ai/img/logo_light.png',
    redirect_uris: ['http://127.0.0.1/oauth_callback', 'http://[::1]/oauth_callback'],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    code_challenge_methods_supported: ['S256'],
  },
}
