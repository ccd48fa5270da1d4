/**
 * Authorization server metadata (RFC 8414 §2, §3; OpenID Connect Discovery §3), one document in every spelling that clients
 * try (C6). Nothing in it is null or empty, and nothing is promised that is not there (C9).
 */
import type { FastifyInstance } from 'fastify'
import type { Config } from '../config.ts'
import { AUTHENTICATION_METHODS, CONFIDENTIAL_METHODS } from '../oauth/authentication-methods.ts'
import { ID_JAG_PROFILE, JWT_BEARER } from '../oauth/grant-types.ts'
import type { PublicUrls } from '../oauth/issuer.ts'
import { PUBLIC_SCOPES } from '../oauth/scope.ts'
import { SIGNING_ALGORITHMS } from '../oauth/signing-algorithms.ts'
import { staticDocument } from './static-document.ts'

export function authorizationServerMetadataEndpoint(
  app: FastifyInstance,
  { urls, config }: { urls: PublicUrls; config: Config },
): void {
  const clients = [...config.CLIENTS.values()]
  const takesAssertions = config.ID_JAG_ISSUERS.length > 0
  staticDocument(
    app,
    [
      '/.well-known/oauth-authorization-server',
      '/.well-known/oauth-authorization-server/mcp',
      '/mcp/.well-known/oauth-authorization-server',
      '/.well-known/openid-configuration',
      '/.well-known/openid-configuration/mcp',
      '/mcp/.well-known/openid-configuration',
      ...(urls.sse === undefined
        ? []
        : [
            '/.well-known/oauth-authorization-server/sse',
            '/sse/.well-known/oauth-authorization-server',
            '/.well-known/openid-configuration/sse',
            '/sse/.well-known/openid-configuration',
          ]),
    ],
    {
      issuer: urls.issuer,
      authorization_endpoint: urls.authorizationEndpoint,
      token_endpoint: urls.tokenEndpoint,
      ...(config.DCR ? { registration_endpoint: urls.registrationEndpoint } : {}),
      // MCP 2026-07-28: clients that have such an id use it where they see this.
      ...(config.CIMD ? { client_id_metadata_document_supported: true } : {}),
      pushed_authorization_request_endpoint: urls.pushedAuthorizationRequestEndpoint,
      revocation_endpoint: urls.revocationEndpoint,
      jwks_uri: urls.jwksUri,
      scopes_supported: [...PUBLIC_SCOPES],
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: [
        'authorization_code',
        'refresh_token',
        // Only for clients that the operator registered, so only where there are some.
        ...(clients.some(({ service_scopes }) => service_scopes) ? ['client_credentials'] : []),
        ...(takesAssertions ? [JWT_BEARER] : []),
      ],
      // draft-ietf-oauth-identity-assertion-authz-grant-04 §7.2: that it is implemented, and not whose is believed (§8.4).
      ...(takesAssertions ? { authorization_grant_profiles_supported: [ID_JAG_PROFILE] } : {}),
      prompt_values_supported: ['none', 'login', 'consent', 'select_account'],
      token_endpoint_auth_methods_supported: AUTHENTICATION_METHODS,
      revocation_endpoint_auth_methods_supported: AUTHENTICATION_METHODS,
      // RFC 8414 §2: with private_key_jwt.
      token_endpoint_auth_signing_alg_values_supported: SIGNING_ALGORITHMS,
      revocation_endpoint_auth_signing_alg_values_supported: SIGNING_ALGORITHMS,
      ...(clients.some(({ may_introspect }) => may_introspect)
        ? {
            introspection_endpoint: urls.introspectionEndpoint,
            introspection_endpoint_auth_methods_supported: CONFIDENTIAL_METHODS,
            introspection_endpoint_auth_signing_alg_values_supported: SIGNING_ALGORITHMS,
          }
        : {}),
      // RFC 9449 §5.1
      dpop_signing_alg_values_supported: SIGNING_ALGORITHMS,
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
