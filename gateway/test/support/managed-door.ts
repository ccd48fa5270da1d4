/** A whole gateway that takes the assertions of a company, and a client that the company manages. */
import { randomUUID } from 'node:crypto'
import type { LightMyRequestResponse } from 'fastify'
import type { JWTPayload } from 'jose'
import type { Test } from 'tap'
import {
  type AssertionIssuer,
  startAssertionIssuer,
} from '../../../test/support/assertion-issuer.ts'
import { sha256 } from '../../src/oauth/token-value.ts'
import { CLAUDE, type Door, openDoor, type SharedParts } from './door.ts'

export const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
export const AUD = 'http://localhost:3000'
export const RESOURCE = `${AUD}/mcp`
export const SECRET = 'a secret of a managed client that is long enough'

/** For CLIENTS: one that is managed and has a browser too, another one, one without the grant, one that introspects. */
export const CLIENTS = JSON.stringify([
  {
    client_id: 'desk',
    client_name: 'Desk assistant',
    redirect_uris: [CLAUDE],
    grant_types: ['authorization_code', 'refresh_token', GRANT],
    client_secret_sha256: sha256(SECRET),
  },
  { client_id: 'other', grant_types: [GRANT], client_secret_sha256: sha256(SECRET) },
  { client_id: 'plain', redirect_uris: [CLAUDE], client_secret_sha256: sha256(SECRET) },
  {
    client_id: 'watcher',
    grant_types: [],
    introspection: true,
    client_secret_sha256: sha256(SECRET),
  },
])
export const DESK = {
  client_id: 'desk',
  client_secret: SECRET,
  redirect_uris: [CLAUDE] as [string],
}

export interface ManagedDoor {
  door: Door
  company: AssertionIssuer
  /** What an honest company says of Ender; `undefined` leaves a claim out. */
  claims(more?: Record<string, unknown>): JWTPayload
  /** A request with an assertion of those claims. */
  redeem(
    more?: Record<string, unknown>,
    form?: Record<string, string>,
    header?: Record<string, unknown>,
  ): Promise<LightMyRequestResponse>
  /** A request with that assertion. */
  present(assertion: string, form?: Record<string, string>): Promise<LightMyRequestResponse>
  /** What the gateway says of a token. */
  introspect(token: string): Promise<Record<string, unknown>>
}

export async function openManagedDoor(
  t: Test,
  environment: Record<string, string> = {},
  shared: SharedParts = {},
): Promise<ManagedDoor> {
  const clock = shared.clock ?? { now: Date.parse('2026-11-23T12:00:00Z') }
  const company = await startAssertionIssuer(t, () => clock.now)
  const settings = { ID_JAG_ISSUERS: company.issuer, CLIENTS, ...environment }
  const door = await openDoor(t, settings, { ...shared, clock })
  // The company’s people log in there as well.
  Object.assign(door.upstream, { issuer: company.issuer })
  door.upstream.identity = { ...door.upstream.identity, iss: company.issuer }
  return managed(door, company)
}

export function managed(door: Door, company: AssertionIssuer): ManagedDoor {
  const claims: ManagedDoor['claims'] = (more = {}) => {
    const iat = Math.floor(door.clock.now / 1000)
    return {
      iss: company.issuer,
      sub: 'sub-ender',
      aud: AUD,
      client_id: 'desk',
      resource: RESOURCE,
      scope: 'school:read school:write',
      jti: randomUUID(),
      iat,
      exp: iat + 300,
      student_id: 'BS-2401',
      realm_access: { roles: ['student'] },
      ...more,
    }
  }
  const present: ManagedDoor['present'] = (assertion, form = {}) => {
    const { client_id, client_secret } = DESK
    const request = { grant_type: GRANT, assertion, client_id, client_secret, ...form }
    return door.post('/token', request)
  }
  return {
    door,
    company,
    claims,
    present,
    redeem: async (more, form, header) => present(await company.sign(claims(more), header), form),
    async introspect(token) {
      const watcher = { client_id: 'watcher', client_secret: SECRET, token }
      return (await door.post('/introspect', watcher)).json()
    },
  }
}
