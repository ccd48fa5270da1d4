/** GET /jwks: public halves of the assertion keys (RFC 7517 §5); never touches the store. */
import type { FastifyInstance } from 'fastify'
import type { Keys } from '../keys/keys.ts'
import { staticDocument } from './static-document.ts'

export function jwksEndpoint(app: FastifyInstance, keys: Keys): void {
  staticDocument(app, ['/jwks'], { ...keys.jwks })
}
