/** Clients that use DPoP at the whole gateway: a proof for each request, made at the gateway's clock. */
import type { LightMyRequestResponse } from 'fastify'
import { sha256 } from '../../src/oauth/token-value.ts'
import {
  type Authorized,
  type Door,
  type RegisteredClient,
  redemption,
  refreshment,
  type Tokens,
} from './door.ts'
import type { Claims, DpopKey } from './dpop-key.ts'

export const MACHINE_SECRET = 'a secret of the machine that is long enough'

/** For CLIENTS: one that acts by itself and may introspect. */
export const MACHINE = JSON.stringify([
  {
    client_id: 'machine',
    client_secret_sha256: sha256(MACHINE_SECRET),
    grant_types: ['client_credentials'],
    scope: 'school:read',
    introspection: true,
  },
])

export const machineRequest = {
  grant_type: 'client_credentials',
  client_id: 'machine',
  client_secret: MACHINE_SECRET,
}

/** The header of one request, with a fresh proof. */
export async function dpopHeader(
  door: Door,
  key: DpopKey,
  path: string,
  claims: Partial<Claims> = {},
): Promise<{ dpop: string }> {
  const iat = Math.floor(door.clock.now / 1000)
  const htu = `${door.config.PUBLIC_URL.origin}${path}`
  return { dpop: await key.proof({ htm: 'POST', htu, iat, ...claims }) }
}

/** A token request, with a proof where there is a key. */
export async function tokenRequest(
  door: Door,
  form: Record<string, string>,
  key?: DpopKey,
): Promise<LightMyRequestResponse> {
  return door.post('/token', form, key && (await dpopHeader(door, key, '/token')))
}

export async function refresh(
  door: Door,
  client: RegisteredClient,
  refresh_token: string,
  key?: DpopKey,
): Promise<LightMyRequestResponse> {
  return tokenRequest(door, refreshment(client, refresh_token), key)
}

/** From /authorize to tokens, the code redeemed with a proof. */
export async function connectWithKey(
  door: Door,
  client: RegisteredClient,
  key: DpopKey,
): Promise<Tokens & Authorized> {
  const authorized = await door.authorize(client)
  const response = await tokenRequest(door, redemption(client, authorized), key)
  return { ...authorized, ...response.json<Tokens>() }
}
