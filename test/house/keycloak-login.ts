/** A login at Keycloak past the gateway: another application's, or that of somebody who knows the gateway's secret. */
import { createHash, randomBytes } from 'node:crypto'
import { Browser } from '../support/browser.ts'
import { authorize } from '../support/person.ts'
import type { House } from './house.ts'

/** Without offline_access: with it, Keycloak keeps no session for the browser. */
export function loginUrl(house: House): { url: URL; code_verifier: string; redirect_uri: string } {
  const redirect_uri = `${house.origin}/callback`
  const code_verifier = randomBytes(32).toString('base64url')
  const url = new URL(`${house.keycloak.issuer}/protocol/openid-connect/auth`)
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: 'mcp-gateway',
    redirect_uri,
    scope: 'openid profile',
    state: 'state',
    nonce: 'nonce',
    code_challenge: createHash('sha256').update(code_verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString()
  return { url, code_verifier, redirect_uri }
}

/** What Keycloak gives the gateway for a person. */
export async function keycloakTokens(
  house: House,
  username: string,
): Promise<Record<string, string | undefined>> {
  const { url, code_verifier, redirect_uri } = loginUrl(house)
  const landed = await authorize(new Browser(redirect_uri), url, house.person(username))
  const response = await fetch(`${house.keycloak.issuer}/protocol/openid-connect/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: landed.url.searchParams.get('code') ?? '',
      redirect_uri,
      code_verifier,
      client_id: 'mcp-gateway',
      client_secret: house.clientSecret,
    }),
  })
  return (await response.json()) as Record<string, string>
}
