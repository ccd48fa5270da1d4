import t from 'tap'
import {
  authorizationUrl,
  CLAUDE,
  type Door,
  openDoor,
  type RegisteredClient,
  redemption,
} from '../support/door.ts'

type Parameters = Record<string, string>

function parametersOf(client: RegisteredClient, more: Parameters = {}) {
  const { url, verifier } = authorizationUrl(client, more)
  const form = Object.fromEntries(new URL(url, 'http://x').searchParams)
  const secret = client.client_secret === undefined ? {} : { client_secret: client.client_secret }
  return { form: { ...form, ...secret }, verifier }
}

async function push(door: Door, client: RegisteredClient, more: Parameters = {}) {
  const { form, verifier } = parametersOf(client, more)
  const answer = await door.post('/par', form)
  const { request_uri } = answer.json()
  const query = new URLSearchParams({ client_id: client.client_id, request_uri })
  return { answer, verifier, request_uri: String(request_uri), url: `/authorize?${query}` }
}

t.test('RFC 9126 §2.2: 201 with a request_uri and its life, not to be cached', async (t) => {
  const door = await openDoor(t)
  const { answer } = await push(door, await door.register())
  t.equal(answer.statusCode, 201)
  t.equal(answer.headers['cache-control'], 'no-store')
  t.match(answer.json(), {
    request_uri: /^urn:ietf:params:oauth:request_uri:[\w-]{43}$/,
    expires_in: 90,
  })
})

t.test(
  'RFC 9126 §4: what was pushed counts, whatever the query says beside it; to tokens',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register({ token_endpoint_auth_method: 'client_secret_basic' })
    const { url, verifier } = await push(door, client, { scope: 'school:read', state: 'pushed' })
    const browser = door.browser()
    const page = await browser.get(
      `${url}&scope=school:write&state=query&redirect_uri=https://evil.example/`,
    )
    t.equal(page.statusCode, 200)
    const back = await browser.comeBack(await browser.submit(page, 'allow'))
    const location = new URL(String(back.headers.location))
    t.equal(location.origin + location.pathname, CLAUDE)
    t.equal(location.searchParams.get('state'), 'pushed')
    const code = location.searchParams.get('code') ?? ''
    const tokens = await door.post('/token', redemption(client, { code, verifier }))
    t.match([tokens.statusCode, tokens.json()], [200, { scope: 'school:read' }])
  },
)

t.test(
  'its request_uri may be opened again until the person has answered, then never',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register()
    const { url } = await push(door, client)
    const browser = door.browser()
    const first = await browser.get(url)
    const second = await browser.get(url)
    t.same([first.statusCode, second.statusCode], [200, 200])
    t.equal((await browser.submit(second, 'allow')).statusCode, 303)
    t.equal((await browser.submit(first, 'allow')).statusCode, 400, 'two pages are one question')
    t.equal((await browser.get(url)).statusCode, 400)
  },
)

t.test(
  'RFC 9126 §2.2: after its life it is unknown; a page shown in time may be answered',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register()
    const { url } = await push(door, client)
    const browser = door.browser()
    door.clock.now += 89_999
    const page = await browser.get(url)
    t.equal(page.statusCode, 200)
    door.clock.now += 1
    const late = await browser.get(url)
    t.equal(late.statusCode, 400)
    t.notOk(late.headers.location)
    t.equal((await browser.submit(page, 'allow')).statusCode, 303)
  },
)

t.test('RFC 9126 §2.2: it is bound to the client that pushed', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const other = await door.register({ client_name: 'other' })
  const { request_uri, url } = await push(door, client)
  const query = new URLSearchParams({ client_id: other.client_id, request_uri })
  t.equal((await door.app.inject({ url: `/authorize?${query}` })).statusCode, 400)
  t.equal(
    (await door.app.inject({ url: `${url}&request_uri=${request_uri}` })).statusCode,
    400,
    'repeated',
  )
  t.equal((await door.app.inject({ url: `${url}x` })).statusCode, 400, 'unknown')
})

t.test('RFC 9126 §2.1: a confidential client authenticates', async (t) => {
  const door = await openDoor(t)
  const client = await door.register({ token_endpoint_auth_method: 'client_secret_post' })
  const { form } = parametersOf(client)
  for (const wrong of [{ client_secret: '' }, { client_secret: 'x' }, { client_id: 'nobody' }]) {
    const answer = await door.post('/par', { ...form, ...wrong })
    t.match([answer.statusCode, answer.json()], [401, { error: 'invalid_client' }])
  }
})

t.test('RFC 9126 §2.1, §2.3: what is wrong is told to the client at once, in JSON', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const { form } = parametersOf(client)
  for (const [title, wrong, error] of [
    ['request_uri', { request_uri: 'urn:x' }, 'invalid_request'],
    ['another redirect URI', { redirect_uri: 'https://evil.example/' }, 'invalid_request'],
    ['no PKCE', { code_challenge: '' }, 'invalid_request'],
    ['plain', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['another resource', { resource: 'https://evil.example/' }, 'invalid_target'],
    ['token', { response_type: 'token' }, 'unsupported_response_type'],
    ['request', { request: 'eyJ' }, 'request_not_supported'],
  ] as const) {
    const answer = await door.post('/par', { ...form, ...wrong })
    t.match([answer.statusCode, answer.json()], [400, { error }], title)
    t.notOk(answer.headers.location, title)
  }
  const repeated = await door.post('/par', `${new URLSearchParams(form)}&scope=a&scope=b`)
  t.match([repeated.statusCode, repeated.json()], [400, { error: 'invalid_request' }])
})

t.test('RFC 9126 §6: a client that always pushes is not served by a bare link', async (t) => {
  const door = await openDoor(t)
  const client = await door.register({ require_pushed_authorization_requests: true })
  const bare = await door.app.inject({ url: authorizationUrl(client).url })
  t.equal(bare.statusCode, 303)
  t.match(new URL(String(bare.headers.location)).searchParams.get('error'), 'invalid_request')
  const { url } = await push(door, client)
  t.equal((await door.app.inject({ url })).statusCode, 200)
})

t.test('a redirect URI that was taken away after the push is not used', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const { url } = await push(door, client)
  const record = await door.store.get('client', client.client_id)
  if (!record) throw new Error('the client is gone')
  await door.store.replace('client', client.client_id, {
    ...record,
    redirect_uris: [`${CLAUDE}/new`],
  })
  t.equal((await door.app.inject({ url })).statusCode, 400)
})

t.test('one address pushes 600 requests a minute at most: 429 with Retry-After', async (t) => {
  const door = await openDoor(t)
  const { form } = parametersOf(await door.register())
  for (let pushed = 0; pushed < 600; pushed++) await door.store.count('pushed 127.0.0.1', 60_000)
  const limited = await door.post('/par', form)
  t.match([limited.statusCode, limited.json()], [429, { error: 'temporarily_unavailable' }])
  t.equal(limited.headers['retry-after'], '60')
  door.clock.now += 60_000
  t.equal((await door.post('/par', form)).statusCode, 201)
})
