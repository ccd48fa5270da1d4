/** Room 1: where is the door? Built from configuration alone: no store, no provider on this path (C12). */
import type { FastifyPluginAsync } from 'fastify'
import type { Config } from '../config.ts'
import { jsonErrorHandler } from '../http/json-errors.ts'
import { allowAnyOrigin } from '../http/public-cors.ts'
import type { Keys } from '../keys/keys.ts'
import type { PublicUrls } from '../oauth/issuer.ts'
import { authorizationServerMetadataEndpoint } from './authorization-server-metadata-endpoint.ts'
import { jwksEndpoint } from './jwks-endpoint.ts'
import { protectedResourceMetadataEndpoint } from './protected-resource-metadata-endpoint.ts'

export interface DiscoveryOptions {
  config: Config
  urls: PublicUrls
  keys: Keys
}

export const discovery: FastifyPluginAsync<DiscoveryOptions> = async (app, options) => {
  const { urls, keys } = options
  app.addHook('onRequest', allowAnyOrigin(['GET', 'HEAD']))
  app.setErrorHandler(jsonErrorHandler)
  protectedResourceMetadataEndpoint(app, urls)
  authorizationServerMetadataEndpoint(app, options)
  jwksEndpoint(app, keys)
}
