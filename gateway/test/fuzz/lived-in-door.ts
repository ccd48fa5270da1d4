/** A gateway in which clients are registered and people connected, and every value that is right somewhere in it. */
import type { Test } from 'tap'
import { sha256 } from '../../src/oauth/token-value.ts'
import {
  authorizationUrl,
  CLAUDE,
  type Door,
  openDoor,
  type RegisteredClient,
  sealedRequest,
} from '../support/door.ts'
import { startMcpServer } from '../support/mcp-server.ts'

export interface LivedInDoor extends Door {
  client: RegisteredClient
  /** Of another public client and its person: right, and not for `client`. */
  rival: Record<string, string>
  real: string[]
  redirectUris: string[]
}

const RIVAL = 'https://rival.example/cb'
const DOCUMENT = 'https://documented.example.com/client.json'
const MACHINE = { client_id: 'machine', client_secret: 'secret-of-the-machine' }
const METRICS_TOKEN = 'token-of-the-metrics'

const SETTINGS = {
  METRICS_TOKEN,
  CLIENTS: JSON.stringify([
    {
      client_id: MACHINE.client_id,
      client_secret_sha256: sha256(MACHINE.client_secret),
      grant_types: ['client_credentials'],
      scope: 'school:read',
      introspection: true,
    },
  ]),
  // What is beyond them would be seen by nobody.
  DCR_PER_ADDRESS: '1000000',
  DCR_PER_HOUR: '1000000',
}

export async function livedInDoor(t: Test): Promise<LivedInDoor> {
  const mcp = await startMcpServer(t)
  const door = await openDoor(t, { ...SETTINGS, MCP_UPSTREAM_URL: mcp.url })
  door.documents.set(DOCUMENT, {
    document: { client_id: DOCUMENT, redirect_uris: [`${DOCUMENT}/cb`] },
    freshFor: undefined,
  })
  const client = await door.register()
  const confidential = await door.register({
    token_endpoint_auth_method: 'client_secret_basic',
    redirect_uris: ['http://localhost/cb?x=1', 'https://client.example/cb'],
  })
  const rival = await valuesOf(door, await door.register({ redirect_uris: [RIVAL] }))
  return {
    ...door,
    client,
    rival,
    real: [
      ...Object.values(rival),
      ...Object.values(await valuesOf(door, client)),
      ...Object.values(await valuesOf(door, confidential)),
      ...Object.values(MACHINE),
      METRICS_TOKEN,
      DOCUMENT,
      await pushed(door, client),
      'http://localhost:3000/mcp',
    ],
    redirectUris: [CLAUDE, ...confidential.redirect_uris, `${DOCUMENT}/cb`, RIVAL],
  }
}

/** Values of a client and its person by the parameter that they are right for. */
async function valuesOf(door: Door, owner: RegisteredClient): Promise<Record<string, string>> {
  const { access_token, refresh_token } = await door.connect(owner)
  const { code, verifier } = await door.authorize(owner)
  const browser = door.browser()
  const page = await browser.get(authorizationUrl(owner).url)
  const toProvider = await browser.submit(page, 'allow')
  return {
    token: access_token,
    refresh_token,
    code,
    code_verifier: verifier,
    client_id: owner.client_id,
    client_secret: owner.client_secret ?? 'no secret',
    redirect_uri: owner.redirect_uris[0],
    request: sealedRequest(page),
    state: new URL(String(toProvider.headers.location)).searchParams.get('state') ?? '',
  }
}

/** The request_uri of a pushed request (RFC 9126 §2.2). */
async function pushed(door: Door, client: RegisteredClient): Promise<string> {
  const { url } = authorizationUrl(client)
  const response = await door.post('/par', url.slice(url.indexOf('?') + 1))
  if (response.statusCode !== 201) throw new Error(`not pushed: ${response.body}`)
  return response.json<{ request_uri: string }>().request_uri
}
