/** Clients with documents over real HTTP: two replicas on one Redis, a document server on loopback, the guard as it is. */
import { createHash, randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import t, { type Test } from 'tap'
import {
  assertionClaims,
  createClientKey,
  JWT_BEARER,
} from '../../../test/support/client-assertion.ts'
import { startDocumentServer } from '../../../test/support/document-server.ts'
import { anyRedis } from '../../../test/support/redis.ts'
import { replicasOnRedis } from '../support/replicas.ts'

const CALLBACK = 'http://127.0.0.1/callback'
const ISSUER = 'http://localhost:3000'
const MINUTE = 60_000

const cookieOf = (response: Response) => response.headers.getSetCookie().at(-1)?.split(';')[0] ?? ''

async function begin(t: Test) {
  const host = await startDocumentServer(t)
  const environment = { CIMD_DEVELOPMENT_ORIGINS: host.origin }
  const doors = await replicasOnRedis(await anyRedis(t))(t, environment)
  const origins = await Promise.all(
    doors.map(({ app }) => app.listen({ host: '127.0.0.1', port: 0 })),
  )
  let turn = 0
  /** No affinity: each request goes to the other replica than the one before it. */
  const send = (path: string, init: RequestInit = {}) =>
    fetch(new URL(path, origins[turn++ % origins.length]), { redirect: 'manual', ...init })
  const client_id = `${host.origin}/client.json`
  const document = { client_id, client_name: 'App', redirect_uris: [CALLBACK] }
  host.paths.set('/client.json', document)

  const verifier = randomBytes(32).toString('base64url')
  const authorize = (more: Record<string, string> = {}) =>
    send(
      `/authorize?${new URLSearchParams({
        response_type: 'code',
        client_id,
        redirect_uri: 'http://127.0.0.1:49152/callback',
        state: 'x',
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
        ...more,
      })}`,
    )
  const token = async (form: Record<string, string>) => {
    const body = new URLSearchParams({ client_id, ...form })
    const response = await send('/token', { method: 'POST', body })
    return { status: response.status, body: (await response.json()) as Record<string, string> }
  }
  const refresh = (refresh_token = '', credentials = {}) =>
    token({ grant_type: 'refresh_token', refresh_token, ...credentials })

  /** Consent, login, and the code redeemed. */
  async function connect(credentials: Record<string, string> = {}) {
    const page = await authorize()
    const asked = cookieOf(page)
    const sealed = /name="request" value="([^"]+)"/.exec(await page.text())?.[1] ?? ''
    const toProvider = await send('/authorize/process', {
      method: 'POST',
      headers: { cookie: asked, origin: ISSUER, 'sec-fetch-site': 'same-origin' },
      body: new URLSearchParams({ request: sealed, decision: 'allow' }),
    })
    const state = new URL(String(toProvider.headers.get('location'))).searchParams.get('state')
    const back = await send(`/callback?code=x&state=${state}`, {
      headers: { cookie: cookieOf(toProvider) },
    })
    const redirect = new URL(String(back.headers.get('location')))
    const redeemed = await token({
      grant_type: 'authorization_code',
      code: redirect.searchParams.get('code') ?? '',
      code_verifier: verifier,
      ...credentials,
    })
    return { redirect, ...redeemed }
  }
  return {
    host,
    doors,
    clock: doors[0].clock,
    client_id,
    document,
    authorize,
    connect,
    refresh,
    send,
  }
}

t.test(
  'CIMD §4: from /authorize to /revoke over two replicas, the document fetched once',
  async (t) => {
    const { host, client_id, authorize, connect, refresh, send } = await begin(t)
    const pages = await Promise.all(Array.from({ length: 20 }, () => authorize()))
    t.same(new Set(pages.map(({ status }) => status)), new Set([200]))
    t.same(host.asked, ['/client.json'], 'twenty pages at once are one fetch')
    const { redirect, status, body } = await connect()
    t.equal(status, 200)
    t.equal(redirect.host, '127.0.0.1:49152', 'RFC 8252 §7.3')
    t.equal(redirect.searchParams.get('iss'), ISSUER)
    const refreshed = await refresh(body.refresh_token)
    t.equal(refreshed.status, 200)
    const form = new URLSearchParams({ client_id, token: String(refreshed.body.access_token) })
    t.equal((await send('/revoke', { method: 'POST', body: form })).status, 200)
    t.match(await refresh(refreshed.body.refresh_token), { status: 400 })
    t.same(host.asked, ['/client.json'])
  },
)

t.test('CIMD §4: whatever the host answers instead is a 400 page on both replicas', async (t) => {
  const json = { 'content-type': 'application/json' }
  const answers: Record<string, (document: object) => (response: ServerResponse) => void> = {
    withdrawn: () => (response) => response.writeHead(410, json).end('{}'),
    redirect: () => (response) =>
      response.writeHead(302, { ...json, location: '/client.json' }).end('{}'),
    challenge: () => (response) =>
      response.writeHead(403, { 'content-type': 'text/html' }).end('x'),
    page: () => (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
    text: (document) => (response) =>
      response.writeHead(200, { 'content-type': 'text/plain' }).end(JSON.stringify(document)),
    'not JSON': () => (response) => response.writeHead(200, json).end('{'),
    'another id': (document) => (response) =>
      response.writeHead(200, json).end(JSON.stringify({ ...document, client_id: 'x' })),
    'too large': (document) => (response) =>
      response.writeHead(200, json).end(JSON.stringify({ ...document, x: 'x'.repeat(65_536) })),
    'nested deeply': (document) => (response) =>
      response
        .writeHead(200, json)
        .end(
          `{"x":${'['.repeat(30_000)}${']'.repeat(30_000)},${JSON.stringify(document).slice(1)}`,
        ),
    'hung up': () => (response) => response.destroy(),
  }
  const { host, clock, document, authorize } = await begin(t)
  for (const [title, answer] of Object.entries(answers)) {
    host.paths.set('/client.json', answer(document))
    for (const replica of ['one', 'the other']) {
      const response = await authorize()
      t.equal(response.status, 400, `${title}, at ${replica}`)
      t.match(response.headers.get('content-type'), /text\/html/)
      t.equal(response.headers.get('location'), null)
    }
    clock.now += MINUTE
  }
  t.equal(host.asked.length, Object.keys(answers).length, 'CIMD §4.4: a failure is remembered')
  host.paths.set('/client.json', document)
  t.equal((await authorize()).status, 200, 'and forgotten')
})

t.test(
  'C29: keys at jwks_uri: an assertion is taken once on all replicas, a new key is seen',
  async (t) => {
    const { host, clock, client_id, document, connect, refresh } = await begin(t)
    const jwks_uri = `${host.origin}/jwks`
    const keys = [await createClientKey('one'), await createClientKey('two')] as const
    const [one, two] = keys
    const publish = (...published: { jwk: object }[]) =>
      host.paths.set('/jwks', { keys: published.map(({ jwk }) => jwk) })
    const proof = async (key = one) => ({
      client_assertion_type: JWT_BEARER,
      client_assertion: await key.sign(assertionClaims(client_id, `${ISSUER}/token`, clock.now)),
    })
    host.paths.set('/client.json', {
      ...document,
      token_endpoint_auth_method: 'private_key_jwt',
      jwks_uri,
    })
    publish(one)
    t.match(await connect(), { status: 401, body: { error: 'invalid_client' } }, 'without a proof')
    const used = await proof()
    const { status, body } = await connect(used)
    t.equal(status, 200)
    for (let replica = 0; replica < 2; replica++) {
      t.match(await refresh(body.refresh_token, used), { status: 401 }, 'replayed')
    }
    publish(two)
    clock.now += MINUTE
    const rotated = await refresh(body.refresh_token, await proof(two))
    t.equal(rotated.status, 200)
    t.match(await refresh(rotated.body.refresh_token, await proof(one)), { status: 401 })
    host.paths.set('/jwks', (response) => response.destroy())
    clock.now += 2 * 24 * 60 * MINUTE
    t.match(await refresh(rotated.body.refresh_token, await proof(two)), { status: 401 })
  },
)

t.test('C30: a host that is down logs nobody out; a document that is withdrawn does', async (t) => {
  const { host, clock, document, authorize, connect, refresh } = await begin(t)
  let { body } = await connect()
  host.paths.set('/client.json', (response) => response.destroy())
  for (let day = 0; day < 5; day++) {
    clock.now += 24 * 60 * MINUTE
    const refreshed = await refresh(body.refresh_token)
    t.equal(refreshed.status, 200, `day ${day}`)
    body = refreshed.body
  }
  t.equal((await authorize()).status, 400, 'nothing new begins')
  host.paths.delete('/client.json')
  clock.now += MINUTE
  t.match(await refresh(body.refresh_token), { status: 401, body: { error: 'invalid_client' } })
  t.match(await refresh(body.refresh_token), { status: 401 }, 'at the other replica too')
  host.paths.set('/client.json', document)
  clock.now += MINUTE
  t.equal((await authorize()).status, 200)
})
