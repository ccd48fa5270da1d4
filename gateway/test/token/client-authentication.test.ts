import t from 'tap'
import { openDoor, redemption, refreshment } from '../support/door.ts'

const basic = (id: string, secret: string) =>
  `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`

t.test('C42: a confidential client may use post or Basic, raw or percent-encoded', async (t) => {
  const door = await openDoor(t)
  const client = await door.register({ token_endpoint_auth_method: 'client_secret_post' })
  const secret = client.client_secret ?? ''
  t.match(secret, /^[A-Za-z0-9_-]+$/)
  const post = await door.post('/token', redemption(client, await door.authorize(client)))
  t.equal(post.statusCode, 200)
  let { refresh_token } = post.json()
  for (const authorization of [
    basic(client.client_id, secret),
    basic(encodeURIComponent(client.client_id), encodeURIComponent(secret)),
    basic(client.client_id, secret).replace('Basic', 'basic'),
  ]) {
    const response = await door.post(
      '/token',
      { grant_type: 'refresh_token', refresh_token },
      { authorization },
    )
    t.equal(response.statusCode, 200)
    refresh_token = response.json().refresh_token
  }
})

t.test(
  'RFC 6749 §5.2, C26: unknown client and wrong secret are one 401 invalid_client',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register({ token_endpoint_auth_method: 'client_secret_post' })
    const request = { grant_type: 'refresh_token', refresh_token: 'x' }
    const bodies = new Set<string>()
    for (const credentials of [
      { client_id: 'unknown' },
      { client_id: '__proto__' },
      { client_id: 'x'.repeat(5000) },
      { client_id: client.client_id },
      { client_id: client.client_id, client_secret: 'wrong' },
      { client_id: client.client_id, client_secret: `${client.client_secret}x` },
    ]) {
      const response = await door.post('/token', { ...request, ...credentials })
      t.equal(response.statusCode, 401)
      t.equal(response.json().error, 'invalid_client')
      t.equal(response.headers['www-authenticate'], undefined)
      bodies.add(response.body)
    }
    t.equal(bodies.size, 1, 'and never which half was wrong')
    const response = await door.post('/token', request, { authorization: basic('unknown', 'x') })
    t.match(response.headers['www-authenticate'], /^Basic /)
  },
)

t.test(
  'RFC 6749 §2.3: two methods, two headers, or two ids in one request are invalid_request',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register({ token_endpoint_auth_method: 'client_secret_basic' })
    const authorization = basic(client.client_id, client.client_secret ?? '')
    const request = { grant_type: 'refresh_token', refresh_token: 'x' }
    for (const more of [
      { client_id: client.client_id, client_secret: client.client_secret ?? '' },
      { client_id: 'another' },
    ]) {
      const response = await door.post('/token', { ...request, ...more }, { authorization })
      t.match([response.statusCode, response.json()], [400, { error: 'invalid_request' }])
    }
    for (const malformed of [
      'Basic',
      'Basic !',
      `Basic ${Buffer.from('nocolon').toString('base64')}`,
      'Bearer x',
    ]) {
      const response = await door.post('/token', request, { authorization: malformed })
      t.match([response.statusCode, response.json()], [401, { error: 'invalid_client' }], malformed)
    }
  },
)

t.test('a public client that presents a secret is refused', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const tokens = await door.connect(client)
  const response = await door.post('/token', {
    ...refreshment(client, tokens.refresh_token),
    client_secret: 'somebody else’s',
  })
  t.equal(response.statusCode, 401)
})

t.test('RFC 6749 §5.2: bad requests are clear 4xx, never a 5xx', async (t) => {
  const door = await openDoor(t)
  const { client_id } = await door.register()
  for (const [title, form, status, error] of [
    ['no grant_type', { client_id }, 400, 'invalid_request'],
    ['unknown grant_type', { client_id, grant_type: 'password' }, 400, 'unsupported_grant_type'],
    ['__proto__', { client_id, grant_type: '__proto__' }, 400, 'unsupported_grant_type'],
    ['no client', { grant_type: 'refresh_token' }, 400, 'invalid_request'],
    ['no code', { client_id, grant_type: 'authorization_code' }, 400, 'invalid_request'],
    [
      'repeated',
      `client_id=${client_id}&client_id=${client_id}&grant_type=x`,
      400,
      'invalid_request',
    ],
    ['empty', '', 400, 'invalid_request'],
  ] as const) {
    const response = await door.post('/token', form)
    t.match([response.statusCode, response.json().error], [status, error], title)
    t.equal(response.headers['cache-control'], 'no-store', title)
  }
  const large = await door.post('/token', { grant_type: 'x'.repeat(70_000) })
  t.equal(large.statusCode, 413)
  t.type(large.json().error, 'string')
  const json = await door.app.inject({ method: 'POST', url: '/token', payload: { a: 1 } })
  t.ok(json.statusCode >= 400 && json.statusCode < 500)
  t.type(json.json().error, 'string')
})
