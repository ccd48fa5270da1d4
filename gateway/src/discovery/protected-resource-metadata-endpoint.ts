/**
 * Protected resource metadata (RFC 9728 §2, §3.1), in every spelling that clients try (C4): root, path-inserted, with a
 * slash, and appended. The slash spelling answers with the slash spelling of `resource` (C5), that of the HTTP+SSE transport
 * with its URL: the SDKs compare it with the one that they were given (RFC 9728 §3.3, docs/adr/0019).
 */
import type { FastifyInstance } from 'fastify'
import type { PublicUrls } from '../oauth/issuer.ts'
import { PUBLIC_SCOPES } from '../oauth/scope.ts'
import { SIGNING_ALGORITHMS } from '../oauth/signing-algorithms.ts'
import { staticDocument } from './static-document.ts'

export function protectedResourceMetadataEndpoint(app: FastifyInstance, urls: PublicUrls): void {
  const document = (resource: string) => ({
    resource,
    authorization_servers: [urls.issuer],
    scopes_supported: [...PUBLIC_SCOPES],
    bearer_methods_supported: ['header'],
    dpop_signing_alg_values_supported: SIGNING_ALGORITHMS,
    resource_name: 'Battle School',
  })
  staticDocument(
    app,
    [
      '/.well-known/oauth-protected-resource',
      '/.well-known/oauth-protected-resource/mcp',
      '/mcp/.well-known/oauth-protected-resource',
    ],
    document(urls.resource),
  )
  staticDocument(app, ['/.well-known/oauth-protected-resource/mcp/'], document(`${urls.resource}/`))
  if (urls.sse === undefined) return
  staticDocument(
    app,
    ['/.well-known/oauth-protected-resource/sse', '/sse/.well-known/oauth-protected-resource'],
    document(urls.sse.resource),
  )
  staticDocument(
    app,
    ['/.well-known/oauth-protected-resource/sse/'],
    document(`${urls.sse.resource}/`),
  )
}
