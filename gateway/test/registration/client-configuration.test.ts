import { OAuthClientInformationFullSchema } from '@modelcontextprotocol/sdk/shared/auth.js'
import t from 'tap'
import { createMemoryStore } from '../../src/store/memory-store.ts'
import { authorizationUrl, CLAUDE, type Door, openDoor, refreshment } from '../support/door.ts'

interface Registration {
  client_id: string
  client_secret?: string
  registration_client_uri: string
  registration_access_token?: string
  redirect_uris: [string, ...string[]]
}

const metadata = {
  client_name: 'LibreChat',
  redirect_uris: [CLAUDE],
  token_endpoint_auth_method: 'client_secret_post',
}

async function registration(door: Door, more: object = {}): Promise<Registration> {
  const payload = { ...metadata, ...more }
  return (await door.app.inject({ method: 'POST', url: '/register', payload })).json()
}

function manage(
  door: Door,
  method: 'GET' | 'PUT' | 'DELETE',
  { registration_client_uri, registration_access_token = '' }: Registration,
  payload?: object,
) {
  return door.app.inject({
    method,
    url: new URL(registration_client_uri).pathname,
    headers: { authorization: `Bearer ${registration_access_token}` },
    ...(payload ? { payload } : {}),
  })
}

t.test(
  'RFC 7592 §3: a client of its own is given a token and an address to manage it',
  async (t) => {
    const door = await openDoor(t)
    const client = await registration(door)
    t.match(client, {
      registration_access_token: /^bsg_rat_[\w-]{43}$/,
      registration_client_uri: `http://localhost:3000/register/${client.client_id}`,
    })
    const stored = JSON.stringify(await door.store.get('client', client.client_id))
    t.notMatch(stored, client.registration_access_token ?? 'x')
    t.notMatch(door.logs.join(''), client.registration_access_token ?? 'x')
  },
)

t.test('RFC 7592 §2.1: read; no secret is told twice, since none is kept', async (t) => {
  const door = await openDoor(t)
  const client = await registration(door)
  const answer = await manage(door, 'GET', client)
  t.equal(answer.statusCode, 200)
  t.equal(answer.headers['cache-control'], 'no-store')
  const { client_secret: _, registration_access_token: __, ...rest } = client
  t.same(answer.json(), rest)
  t.ok(OAuthClientInformationFullSchema.parse(answer.json()))
})

t.test('RFC 7592 §2.1: a wrong token, no token and no client are one answer: 401', async (t) => {
  const door = await openDoor(t)
  const client = await registration(door)
  const other = await registration(door, { client_name: 'other' })
  const bodies = new Set<string>()
  for (const registration_access_token of [
    '',
    'bsg_rat_x',
    other.registration_access_token ?? '',
  ]) {
    for (const method of ['GET', 'PUT', 'DELETE'] as const) {
      const answer = await manage(
        door,
        method,
        { ...client, registration_access_token },
        method === 'PUT' ? client : undefined,
      )
      t.equal(answer.statusCode, 401)
      t.match(answer.headers['www-authenticate'], /^Bearer /)
      bodies.add(answer.body)
    }
  }
  const gone = await manage(door, 'GET', {
    ...client,
    registration_client_uri: `${client.registration_client_uri}x`,
  })
  t.equal(gone.statusCode, 401)
  bodies.add(gone.body)
  t.equal(bodies.size, 1)
  t.equal((await manage(door, 'GET', client)).statusCode, 200)
})

t.test(
  'RFC 7592 §2.2: an update replaces the metadata; id, secret and end of life stay',
  async (t) => {
    const door = await openDoor(t)
    const client = await registration(door)
    const update = {
      ...metadata,
      client_id: client.client_id,
      client_name: 'New name',
      redirect_uris: [`${CLAUDE}/new`],
    }
    const answer = await manage(door, 'PUT', client, update)
    t.equal(answer.statusCode, 200)
    t.match(answer.json(), {
      client_id: client.client_id,
      client_name: 'New name',
      redirect_uris: [`${CLAUDE}/new`],
    })
    t.notHas(answer.json(), { client_secret: String })
    const connected = await door.connect({ ...client, redirect_uris: [`${CLAUDE}/new`] })
    t.match(connected, { access_token: /^bsg_at_/ }, 'the secret is the same')
    const unused = await registration(door)
    door.clock.now += 86_399_000
    await manage(door, 'PUT', unused, { ...metadata, client_id: unused.client_id })
    door.clock.now += 1_000
    t.equal((await manage(door, 'GET', unused)).statusCode, 401, 'an update is no use')
  },
)

t.test(
  'RFC 7592 §2.2: what an update leaves out is gone, and what we put instead is told',
  async (t) => {
    const door = await openDoor(t)
    const client = await registration(door, { client_uri: 'https://librechat.example', scope: 'x' })
    const { client_name: _, ...update } = metadata
    const answer = await manage(door, 'PUT', client, {
      ...update,
      client_id: client.client_id,
      grant_types: ['implicit'],
    })
    t.same(answer.json().grant_types, ['authorization_code', 'refresh_token'])
    for (const document of [answer.json(), (await manage(door, 'GET', client)).json()]) {
      for (const name of ['client_name', 'client_uri', 'scope']) t.notOk(name in document, name)
    }
  },
)

t.test('RFC 7592 §2.2: a new method brings or takes the secret', async (t) => {
  const door = await openDoor(t)
  const client = await registration(door)
  const base = { ...metadata, client_id: client.client_id }
  const open = await manage(door, 'PUT', client, { ...base, token_endpoint_auth_method: 'none' })
  t.notHas(open.json(), { client_secret_expires_at: 0 })
  const closed = await manage(door, 'PUT', client, base)
  t.match(closed.json(), { client_secret: /^bsg_cs_/, client_secret_expires_at: 0 })
  t.not(closed.json().client_secret, client.client_secret)
})

t.test(
  'RFC 7592 §2.2: what is ours to say, another id, another secret and bad metadata are refused',
  async (t) => {
    const door = await openDoor(t)
    const client = await registration(door)
    const good = { ...metadata, client_id: client.client_id }
    for (const [title, update, error] of [
      [
        'registration_access_token',
        { ...good, registration_access_token: 'x' },
        'invalid_client_metadata',
      ],
      [
        'client_secret_expires_at',
        { ...good, client_secret_expires_at: 0 },
        'invalid_client_metadata',
      ],
      ['client_id_issued_at', { ...good, client_id_issued_at: 1 }, 'invalid_client_metadata'],
      [
        'registration_client_uri',
        { ...good, registration_client_uri: 'https://x/' },
        'invalid_client_metadata',
      ],
      ['no client_id', metadata, 'invalid_client_metadata'],
      ['another client_id', { ...good, client_id: 'other' }, 'invalid_client_metadata'],
      [
        'another secret',
        { ...good, client_secret: 'chosen by the client' },
        'invalid_client_metadata',
      ],
      [
        'a hostile redirect URI',
        { ...good, redirect_uris: ['javascript:x'] },
        'invalid_redirect_uri',
      ],
    ] as const) {
      const answer = await manage(door, 'PUT', client, update)
      t.match([answer.statusCode, answer.json()], [400, { error }], title)
    }
    const own = await manage(door, 'PUT', client, { ...good, client_secret: client.client_secret })
    t.equal(own.statusCode, 200, 'its own secret may be there')
  },
)

t.test('RFC 7592 §2.3: a deleted client is gone with its grants, at once', async (t) => {
  const door = await openDoor(t)
  const client = await registration(door)
  const tokens = await door.connect(client)
  const pending = await door.authorize(client)
  t.equal((await manage(door, 'DELETE', client)).statusCode, 204)
  t.same(await door.store.grantsOf({ client_id: client.client_id }), [])
  const refresh = await door.post('/token', refreshment(client, tokens.refresh_token))
  t.match([refresh.statusCode, refresh.json()], [401, { error: 'invalid_client' }])
  const redeem = await door.post('/token', {
    ...refreshment(client, ''),
    grant_type: 'authorization_code',
    code: pending.code,
    code_verifier: pending.verifier,
  })
  t.equal(redeem.statusCode, 401)
  t.equal((await manage(door, 'GET', client)).statusCode, 401)
  t.match(door.logs.join(''), /client_deleted/)
})

t.test('a client deleted while it refreshes does not come back', async (t) => {
  // One process, so that what is intercepted is what is asked.
  const door = await openDoor(t, {}, { openStore: createMemoryStore })
  const client = await registration(door)
  const { refresh_token } = await door.connect(client)
  const standing = door.store.get.bind(door.store)
  t.intercept(door.store, 'get', {
    value: async (kind: 'client', id: string) => {
      const record = await standing(kind, id)
      // After the client was found and before it is kept.
      if ((kind as string) === 'person') await door.store.drop('client', client.client_id)
      return record
    },
  })
  const refresh = await door.post('/token', refreshment(client, refresh_token))
  t.match([refresh.statusCode, refresh.json()], [401, { error: 'invalid_client' }])
  t.equal(await standing('client', client.client_id), undefined)
})

t.test('C19: a shared registration can be read by anybody and changed by nobody', async (t) => {
  const door = await openDoor(t)
  const shared = await registration(door, { token_endpoint_auth_method: 'none' })
  t.notHas(shared, { registration_access_token: String })
  const read = await door.app.inject({ url: new URL(shared.registration_client_uri).pathname })
  t.same([read.statusCode, read.json()], [200, shared])
  for (const method of ['PUT', 'DELETE'] as const) {
    const answer = await manage(
      door,
      method,
      shared,
      method === 'PUT' ? { ...metadata, client_id: shared.client_id } : undefined,
    )
    t.match([answer.statusCode, answer.json()], [403, { error: 'access_denied' }])
  }
  t.same(
    (await door.app.inject({ url: new URL(shared.registration_client_uri).pathname })).json(),
    shared,
  )
})

t.test(
  'a login under way gives no code to a redirect URI that was taken away, nor for a client that is gone',
  async (t) => {
    for (const method of ['PUT', 'DELETE'] as const) {
      const door = await openDoor(t)
      const client = await registration(door)
      const browser = door.browser()
      const page = await browser.get(authorizationUrl(client).url)
      const toProvider = await browser.submit(page, 'allow')
      const update = { ...metadata, client_id: client.client_id, redirect_uris: [`${CLAUDE}/new`] }
      await manage(door, method, client, method === 'PUT' ? update : undefined)
      const back = await browser.comeBack(toProvider)
      t.equal(back.statusCode, 400, method)
      t.notOk(back.headers.location, method)
      t.same(await door.store.grantsOf({ client_id: client.client_id }), [], method)
    }
  },
)

t.test('nor does a cancelled consent or a failed login lead to such a redirect URI', async (t) => {
  for (const how of ['cancel', 'fail'] as const) {
    const door = await openDoor(t)
    const client = await registration(door)
    const browser = door.browser()
    const page = await browser.get(authorizationUrl(client).url)
    const toProvider = how === 'fail' ? await browser.submit(page, 'allow') : undefined
    const update = { ...metadata, client_id: client.client_id, redirect_uris: [`${CLAUDE}/new`] }
    await manage(door, 'PUT', client, update)
    const answer = toProvider
      ? await browser.comeBack(toProvider, { error: 'access_denied' })
      : await browser.submit(page, 'cancel')
    t.equal(answer.statusCode, 400, how)
    t.notOk(answer.headers.location, how)
  }
})
