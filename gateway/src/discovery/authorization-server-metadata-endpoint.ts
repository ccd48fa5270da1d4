/**
 * Authorization server metadata (RFC 8414 §2, §3; OpenID Connect Discovery §3), one document in every spelling that clients
 * try (C6). Nothing in it is null or empty, and nothing is promised that is not there (C9).
 */
import type { FastifyInstance } from 'fastify'
import type { PublicUrls } from '../oauth/issuer.ts'
import { PUBLIC_SCOPES } from '../oauth/scope.ts'
import { staticDocument } from './static-document.ts'

const AUTH_METHODS = ['none', 'client_secret_post', 'client_secret_basic']

export function authorizationServerMetadataEndpoint(app: FastifyInstance, urls: PublicUrls): void {
  staticDocument(
    app,
    [
      '/.well-known/oauth-authorization-server',
      '/.well-known/oauth-authorization-server/mcp',
      '/mcp/.well-known/oauth-authorization-server',
      '/.well-known/openid-configuration',
      '/.well-known/openid-configuration/mcp',
      '/mcp/.well-known/openid-configuration',
    ],
    {
      issuer: urls.issuer,
      authorization_endpoint: urls.authorizationEndpoint,
      token_endpoint: urls.tokenEndpoint,
      registration_endpoint: urls.registrationEndpoint,
      revocation_endpoint: urls.revocationEndpoint,
      jwks_uri: urls.jwksUri,
      scopes_supported: [...PUBLIC_SCOPES],
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_methods_supported: AUTH_METHODS,
      revocation_endpoint_auth_methods_supported: AUTH_METHODS,
      // RFC 7636 §6.2.1; strict clients refuse a server that does not list it.
      code_challenge_methods_supported: ['S256'],
      // RFC 9207 §3
      authorization_response_iss_parameter_supported: true,
      ui_locales_supported: ['en', 'ko'],
      // The OpenID spelling is refused without these (C6); no ID token is ever issued.
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
    },
  )
}
