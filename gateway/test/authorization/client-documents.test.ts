/** Clients whose id is the URL of their metadata, from /authorize to /revoke. */
import t from 'tap'
import { chatgpt } from '../../src/clients/known-documents/chatgpt.ts'
import { claude } from '../../src/clients/known-documents/claude.ts'
import { openDoorWithDocuments } from '../support/document-web.ts'
import {
  authorizationUrl,
  CLAUDE,
  type RegisteredClient,
  redemption,
  refreshment,
} from '../support/door.ts'

const ID = 'https://app.example.com/client.json'
const CALLBACK = 'https://app.example.com/callback'
const LOOPBACK = 'http://127.0.0.1/callback'
const DOCUMENT = { client_id: ID, client_name: 'App', redirect_uris: [CALLBACK, LOOPBACK] }
const client: RegisteredClient = { client_id: ID, redirect_uris: [CALLBACK] }
const SECOND = 1_000
const HOUR = 3_600 * SECOND
const DAY = 24 * HOUR

t.test(
  'CIMD §4: a client nobody registered gets a code, tokens, refreshes and revokes',
  async (t) => {
    const { door, web, fetches } = await openDoorWithDocuments(t)
    web.set(ID, DOCUMENT)
    const tokens = await door.connect(client)
    t.match(tokens, { access_token: /^bsg_at_/, refresh_token: /^bsg_rt_/ })
    t.equal(tokens.redirect.origin + tokens.redirect.pathname, CALLBACK)
    t.same(fetches, [ID], 'fetched once')
    const refreshed = await door.post('/token', refreshment(client, tokens.refresh_token))
    t.equal(refreshed.statusCode, 200)
    const { refresh_token } = refreshed.json()
    const revoked = await door.post('/revoke', { token: refresh_token, client_id: ID })
    t.equal(revoked.statusCode, 200)
    const ended = await door.post('/token', refreshment(client, refresh_token))
    t.match([ended.statusCode, ended.json().error], [400, 'invalid_grant'])
  },
)

t.test(
  'MCP “Confused deputy”: the consent page shows the host of the id, whatever the name claims',
  async (t) => {
    const { door, web } = await openDoorWithDocuments(t)
    web.set(ID, { ...DOCUMENT, client_name: 'Claude', client_uri: 'https://claude.ai' })
    const page = await door.browser().get(authorizationUrl(client).url)
    t.equal(page.statusCode, 200)
    t.match(page.body, /<strong class="address" dir="ltr">app\.example\.com<\/strong>/)
  },
)

t.test('CIMD §6.4: the page shows the name of the document, and the host of its URL', async (t) => {
  const { door, web } = await openDoorWithDocuments(t)
  web.set(ID, { ...DOCUMENT, client_name: 'Night Watch' })
  const page = await door.browser().get(authorizationUrl(client).url)
  t.match(page.body, '<bdi>Night Watch</bdi>')
  t.match(page.body, '>app.example.com</strong>')
})

t.test('CIMD §6.5: no other URL of a document is fetched, inner or not', async (t) => {
  const { door, web, fetches } = await openDoorWithDocuments(t)
  const members = [
    'logo_uri',
    'client_uri',
    'tos_uri',
    'policy_uri',
    'jwks_uri',
    'initiate_login_uri',
  ]
  for (const host of ['127.0.0.1', 'redis', 'files.example.com']) {
    const document = Object.fromEntries(members.map((name) => [name, `https://${host}/${name}`]))
    const client_id = `https://app.example.com/${host}.json`
    web.set(client_id, { ...document, ...DOCUMENT, client_id })
    const { refresh_token } = await door.connect({ ...client, client_id })
    t.match(refresh_token, /^bsg_rt_/)
    t.same(fetches.splice(0), [client_id])
  }
})

t.test(
  'CIMD §4: refused, unreachable, withdrawn or invalid: a 400 page, nothing redirected',
  async (t) => {
    const invalid: [string, Record<string, unknown>][] = [
      ['another client_id', { ...DOCUMENT, client_id: 'https://app.example.com/other.json' }],
      ['no client_id', { redirect_uris: [CALLBACK] }],
      ['a secret', { ...DOCUMENT, client_secret: 'x' }],
      [
        'a shared-secret method',
        { ...DOCUMENT, token_endpoint_auth_method: 'client_secret_basic' },
      ],
      ['an unknown method', { ...DOCUMENT, token_endpoint_auth_method: 'tls_client_auth' }],
      ['a method that is a list', { ...DOCUMENT, token_endpoint_auth_method: ['private_key_jwt'] }],
      ['no keys', { ...DOCUMENT, token_endpoint_auth_method: 'private_key_jwt' }],
      ['no redirect URIs', { client_id: ID }],
      ['redirect URIs that are no list', { client_id: ID, redirect_uris: CALLBACK }],
      ['a script', { client_id: ID, redirect_uris: [CALLBACK, 'javascript:alert(1)'] }],
      ['http', { client_id: ID, redirect_uris: ['http://app.example.com/callback'] }],
      ['an empty object', {}],
    ]
    for (const [title, there] of [
      ...(['refused', 'unreachable', 'gone', 'invalid'] as const).map((why) => [why, why] as const),
      ...invalid,
    ]) {
      const { door, web } = await openDoorWithDocuments(t)
      web.set(ID, there)
      for (const more of [{}, { redirect_uri: 'https://evil.example/cb' }, { scope: 'x' }]) {
        const response = await door.browser().get(authorizationUrl(client, more).url)
        t.equal(response.statusCode, 400, title)
        t.match(response.headers['content-type'], /text\/html/, title)
        t.equal(response.headers.location, undefined, title)
        t.equal(response.headers['set-cookie'], undefined, title)
        t.notMatch(response.body, /why it cannot be had/, title)
      }
      const pushed = await door.post('/par', { client_id: ID, response_type: 'code' })
      t.match([pushed.statusCode, pushed.json().error], [401, 'invalid_client'], title)
    }
  },
)

t.test('CIMD §4.4: a mistake in a document is mended as soon as its owner mends it', async (t) => {
  const { door, web } = await openDoorWithDocuments(t)
  web.set(ID, { ...DOCUMENT, client_id: 'https://app.example.com/typo.json' })
  const begin = () => door.browser().get(authorizationUrl(client).url)
  t.equal((await begin()).statusCode, 400)
  web.set(ID, DOCUMENT)
  door.clock.now += 5 * SECOND
  t.equal((await begin()).statusCode, 200)
})

t.test('CIMD §3: what is no document URL is never fetched', async (t) => {
  const { door, fetches } = await openDoorWithDocuments(t)
  for (const client_id of [
    'http://app.example.com/client.json',
    'https://app.example.com',
    'https://app.example.com:8443/client.json',
    'https://user@app.example.com/client.json',
    'https://127.0.0.1/client.json',
    'https://2130706433/client.json',
    'https://0177.0.0.1/client.json',
    'https://[::1]/client.json',
    'https://[::ffff:127.0.0.1]/client.json',
    'https://localhost/client.json',
    'https://localhost./client.json',
    'https://metadata.google.internal/computeMetadata',
    'https://redis/client.json',
    'https://app.example.com/client.json#',
    'https://APP.example.com/client.json',
    'http://localhost:7591/client.json',
  ]) {
    const url = authorizationUrl(client, { client_id }).url
    t.equal((await door.browser().get(url)).statusCode, 400, client_id)
    t.equal((await door.post('/par', { client_id })).statusCode, 401, client_id)
    t.equal((await door.post('/token', refreshment({ ...client, client_id }, 'x'))).statusCode, 401)
  }
  t.same(fetches, [])
})

t.test('CIMD=off: an id that is a URL is unknown', async (t) => {
  const { door, web, fetches } = await openDoorWithDocuments(t, { CIMD: 'off' })
  web.set(ID, DOCUMENT)
  t.equal((await door.browser().get(authorizationUrl(client).url)).statusCode, 400)
  t.same(fetches, [])
})

t.test(
  'RFC 6749 §3.1.2.3, RFC 8252 §7.3: the redirect URI is one of the document’s; a loopback port may vary',
  async (t) => {
    const { door, web } = await openDoorWithDocuments(t)
    web.set(ID, DOCUMENT)
    for (const [redirect_uri, status] of [
      [CALLBACK, 200],
      [LOOPBACK, 200],
      ['http://127.0.0.1:49152/callback', 200],
      ['http://127.0.0.1:49152/other', 400],
      ['http://localhost:49152/callback', 400],
      ['https://app.example.com:8443/callback', 400],
      ['https://app.example.com/callback/x', 400],
      ['https://app.example.com/client.json', 400],
      ['https://evil.example/callback', 400],
      [undefined, 400],
    ] as const) {
      const response = await door.browser().get(authorizationUrl(client, { redirect_uri }).url)
      t.equal(response.statusCode, status, redirect_uri ?? 'none, of two')
      t.equal(response.headers.location, undefined)
    }
    const native = { client_id: ID, redirect_uris: ['http://127.0.0.1:49152/callback'] } as const
    const tokens = await door.connect({ ...native, redirect_uris: [native.redirect_uris[0]] })
    t.match(tokens.access_token, /^bsg_at_/)
  },
)

t.test(
  'ALLOWED_REDIRECT_HOSTS: a document with no redirect URI that is admitted is a 400 page',
  async (t) => {
    const { door, web } = await openDoorWithDocuments(t, { ALLOWED_REDIRECT_HOSTS: 'claude.ai' })
    web.set(ID, DOCUMENT)
    const response = await door.browser().get(authorizationUrl(client).url)
    t.equal(response.statusCode, 400)
    t.equal(response.headers.location, undefined)
    web.set(claude.document.client_id, claude.document)
    const admitted = { client_id: claude.document.client_id, redirect_uris: [CLAUDE] as [string] }
    t.match((await door.connect(admitted)).access_token, /^bsg_at_/)
  },
)

t.test(
  'a redirect URI that left the document serves no request any more, not even one that was pushed',
  async (t) => {
    const { door, web } = await openDoorWithDocuments(t)
    web.set(ID, DOCUMENT)
    const { url } = authorizationUrl(client)
    const pushed = await door.post('/par', url.slice(url.indexOf('?') + 1))
    t.equal(pushed.statusCode, 201)
    const { request_uri } = pushed.json()
    const carried = `/authorize?${new URLSearchParams({ client_id: ID, request_uri })}`
    t.equal((await door.browser().get(carried)).statusCode, 200)
    await door.store.drop('document', `metadata ${ID}`)
    web.set(ID, { ...DOCUMENT, redirect_uris: ['https://app.example.com/new'] })
    const response = await door.browser().get(carried)
    t.match([response.statusCode, response.headers.location], [400, undefined])
  },
)

t.test(
  'C30: a withdrawn document ends at /token with 401 invalid_client, and begins nowhere',
  async (t) => {
    const { door, web, clock } = await openDoorWithDocuments(t).then((opened) => ({
      ...opened,
      clock: opened.door.clock,
    }))
    web.set(ID, DOCUMENT)
    const { refresh_token } = await door.connect(client)
    web.set(ID, 'gone')
    clock.now += HOUR
    const refused = await door.post('/token', refreshment(client, refresh_token))
    t.match([refused.statusCode, refused.json().error], [401, 'invalid_client'])
    t.equal((await door.browser().get(authorizationUrl(client).url)).statusCode, 400)
    clock.now += 5 * SECOND
    web.set(ID, 'unreachable')
    const again = await door.post('/token', refreshment(client, refresh_token))
    t.equal(again.statusCode, 401, 'and stays so when its host cannot be reached')
  },
)

t.test(
  'C30, C49: a host out of reach logs nobody out: what it said the last time serves',
  async (t) => {
    const { door, web } = await openDoorWithDocuments(t)
    web.set(ID, DOCUMENT)
    let { refresh_token } = await door.connect(client)
    web.set(ID, 'unreachable')
    for (let day = 0; day < 40; day++) {
      door.clock.now += DAY
      const response = await door.post('/token', refreshment(client, refresh_token))
      t.equal(response.statusCode, 200, `day ${day}`)
      refresh_token = response.json().refresh_token
    }
    const page = await door.browser().get(authorizationUrl(client).url)
    t.equal(page.statusCode, 400, 'but begins nothing new')
  },
)

t.test(
  'C30: a well-known document behind a challenge is known from its copy, to the tokens',
  async (t) => {
    const { door } = await openDoorWithDocuments(t)
    const known = { client_id: claude.document.client_id, redirect_uris: [CLAUDE] as [string] }
    const { refresh_token } = await door.connect(known)
    t.equal((await door.post('/token', refreshment(known, refresh_token))).statusCode, 200)
    const chat: RegisteredClient = {
      client_id: chatgpt.document.client_id,
      redirect_uris: ['https://chatgpt.com/connector_platform_oauth_redirect'],
    }
    const authorized = await door.authorize(chat)
    t.match(authorized.code, /^bsg_ac_/)
    const bare = await door.post('/token', redemption(chat, authorized))
    t.match(
      [bare.statusCode, bare.json().error],
      [401, 'invalid_client'],
      'C29: with its keys only',
    )
  },
)

t.test('an id that was never at /authorize leads /token and /revoke to no fetch', async (t) => {
  const { door, web, fetches } = await openDoorWithDocuments(t)
  web.set(ID, DOCUMENT)
  const token = await door.post('/token', refreshment(client, 'x'))
  t.match([token.statusCode, token.json().error], [401, 'invalid_client'])
  t.equal((await door.post('/revoke', { token: 'x', client_id: ID })).statusCode, 401)
  t.same(fetches, [])
})

t.test(
  'RFC 6749 §4.1.3: a code or token of one document client is nothing in another’s hands',
  async (t) => {
    const { door, web } = await openDoorWithDocuments(t)
    const other = 'https://evil.example.com/client.json'
    web.set(ID, DOCUMENT)
    web.set(other, { ...DOCUMENT, client_id: other })
    const thief = { client_id: other, redirect_uris: client.redirect_uris }
    await door.connect(thief)
    const authorized = await door.authorize(client)
    const stolen = await door.post('/token', redemption(thief, authorized))
    t.match([stolen.statusCode, stolen.json().error], [400, 'invalid_grant'])
    const tokens = (await door.post('/token', redemption(client, authorized))).json()
    const refresh = await door.post('/token', refreshment(thief, tokens.refresh_token))
    t.equal(refresh.statusCode, 400)
    const revoked = await door.post('/revoke', { token: tokens.refresh_token, client_id: other })
    t.equal(revoked.statusCode, 400)
    t.equal((await door.post('/token', refreshment(client, tokens.refresh_token))).statusCode, 200)
  },
)

t.test('a client with a document has no secret: one that is sent is refused', async (t) => {
  const { door, web } = await openDoorWithDocuments(t)
  web.set(ID, DOCUMENT)
  const { refresh_token } = await door.connect(client)
  const request = refreshment({ ...client, client_secret: 'x' }, refresh_token)
  t.equal((await door.post('/token', request)).statusCode, 401)
  const authorization = `Basic ${Buffer.from(`${encodeURIComponent(ID)}:x`).toString('base64')}`
  const basic = { grant_type: 'refresh_token', refresh_token }
  t.equal((await door.post('/token', basic, { authorization })).statusCode, 401)
})
