/** A client under way, and the authorization request that it makes (RFC 6749 §4.1.1, RFC 7636 §4.3). */
import { createHash, randomBytes } from 'node:crypto'
import type { Found, Identity, Parameters, Place, RealClient, Way } from './real-client.ts'

export interface Journey {
  client: RealClient
  way: Way
  place: Place
  found: Found
  redirectUri: string
}

export interface Asked {
  url: URL
  state: string
  verifier: string
}

export function ask({ client, place, found, redirectUri }: Journey, identity: Identity): Asked {
  const verifier = randomBytes(32).toString('base64url')
  const state = client.state(place)
  const url = new URL(found.server.authorization_endpoint)
  url.search = new URLSearchParams([
    ['response_type', 'code'],
    ['client_id', identity.client_id],
    ['redirect_uri', redirectUri],
    ['state', state],
    ['code_challenge', createHash('sha256').update(verifier).digest('base64url')],
    ['code_challenge_method', 'S256'],
    ...entries(client.authorization(found, place)),
  ]).toString()
  return { url, state, verifier }
}

export function entries(parameters: Parameters): [string, string][] {
  return Array.isArray(parameters) ? parameters : Object.entries(parameters)
}
