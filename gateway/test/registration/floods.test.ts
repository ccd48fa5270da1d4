import t from 'tap'
import { CLAUDE, type Door, openDoor, refreshment } from '../support/door.ts'

const DAY = 86_400_000

const metadata = {
  client_name: 'Claude',
  redirect_uris: [CLAUDE],
  token_endpoint_auth_method: 'none',
}

const register = (door: Door, payload: object, remoteAddress = '192.0.2.1') =>
  door.app.inject({ method: 'POST', url: '/register', payload, remoteAddress })

t.test('C23: the same public metadata gives the same client id, whatever its order', async (t) => {
  const door = await openDoor(t)
  const first = await register(door, metadata)
  door.clock.now += 5_000
  const { client_name, ...rest } = metadata
  const second = await register(door, { ...rest, unknown: 'x', client_name })
  t.equal(second.statusCode, 201)
  t.same(second.json(), first.json(), 'its time of issue too')
  for (const other of [
    { ...metadata, client_name: 'Other' },
    { ...metadata, redirect_uris: [`${CLAUDE}/2`] },
    { ...metadata, scope: 'school:read' },
  ]) {
    t.not((await register(door, other)).json().client_id, first.json().client_id)
  }
  t.match(door.logs.join(''), /client_known/)
})

t.test(
  'C21, C23: a native app that listens on another port each time is the same client',
  async (t) => {
    const door = await openDoor(t)
    const at = (port: number) => ({
      client_name: 'Zed',
      redirect_uris: [`http://127.0.0.1:${port}/callback`, 'https://zed.dev/callback'],
    })
    const [one, two] = [await register(door, at(40_001)), await register(door, at(40_002))]
    t.equal(two.json().client_id, one.json().client_id)
    t.same(two.json().redirect_uris, at(40_002).redirect_uris, 'C18: each is told its own')
    const client = {
      client_id: one.json().client_id,
      redirect_uris: ['http://127.0.0.1:40001/callback'] as [string],
    }
    t.match(await door.connect(client), { access_token: /^bsg_at_/ })
    const elsewhere = { ...at(40_001), redirect_uris: ['http://localhost:40001/callback'] }
    t.not((await register(door, elsewhere)).json().client_id, one.json().client_id)
    const only = await register(door, elsewhere)
    const page = await door.app.inject({
      url: `/authorize?response_type=code&client_id=${only.json().client_id}`,
    })
    t.equal(page.statusCode, 400, 'the port is not known, so the redirect URI has to be sent')
  },
)

t.test('a client with a secret is given an id of its own each time', async (t) => {
  const door = await openDoor(t)
  const confidential = { ...metadata, token_endpoint_auth_method: 'client_secret_post' }
  const [one, two] = [await register(door, confidential), await register(door, confidential)]
  t.not(one.json().client_id, two.json().client_id)
  t.not(one.json().client_secret, two.json().client_secret)
})

t.test('DCR_SHARED_CLIENTS=off: public clients have ids of their own too', async (t) => {
  const door = await openDoor(t, { DCR_SHARED_CLIENTS: 'off' })
  const [one, two] = [await register(door, metadata), await register(door, metadata)]
  t.not(one.json().client_id, two.json().client_id)
  t.match(one.json(), { registration_access_token: /^bsg_rat_/ })
})

t.test(
  'C23: a registration never used dies in a day; registering again begins it anew',
  async (t) => {
    const door = await openDoor(t)
    const { client_id } = (await register(door, metadata)).json()
    door.clock.now += DAY - 1
    await register(door, metadata)
    door.clock.now += DAY - 1
    t.ok(await door.store.get('client', client_id))
    door.clock.now += 1
    t.equal(await door.store.get('client', client_id), undefined)
  },
)

t.test('C25: one with a live grant never dies, whoever registers it again', async (t) => {
  const door = await openDoor(t)
  const client = await door.register(metadata)
  let { refresh_token } = await door.connect(client)
  for (let month = 0; month < 3; month++) {
    await register(door, metadata)
    door.clock.now += 29 * DAY
    const answer = await door.post('/token', refreshment(client, refresh_token))
    t.equal(answer.statusCode, 200)
    refresh_token = answer.json().refresh_token
  }
})

t.test('one address has a limit, of new registrations only: 429 with Retry-After', async (t) => {
  const door = await openDoor(t, { DCR_PER_ADDRESS: '3' })
  const nth = (n: number, address?: string) =>
    register(door, { ...metadata, client_name: `client ${n}` }, address)
  for (let n = 0; n < 3; n++) t.equal((await nth(n)).statusCode, 201)
  const limited = await nth(3)
  t.match([limited.statusCode, limited.json()], [429, { error: 'temporarily_unavailable' }])
  t.equal(limited.headers['retry-after'], '3600', 'to the end of the hour')
  t.equal((await nth(0)).statusCode, 201, 'what is registered is answered')
  t.equal((await nth(3, '192.0.2.2')).statusCode, 201, 'another address')
  t.match(door.logs.join(''), /client_limited/)
  door.clock.now += 3_600_000
  t.equal((await nth(4)).statusCode, 201, 'an hour later')
})

t.test('a customer’s IPv6 network counts as one address', async (t) => {
  const door = await openDoor(t, { DCR_PER_ADDRESS: '2' })
  const statuses = []
  for (const end of ['1', '2', '3']) {
    const answer = await register(door, { ...metadata, client_name: end }, `2001:db8::${end}`)
    statuses.push(answer.statusCode)
  }
  t.same(statuses, [201, 201, 429])
})

t.test(
  'C24: no flood from elsewhere locks out hosted Claude’s one /21, nor its own crowd by address',
  async (t) => {
    const door = await openDoor(t, { DCR_PER_ADDRESS: '2', DCR_PER_HOUR: '5' })
    const secret = { ...metadata, token_endpoint_auth_method: 'client_secret_post' }
    const statuses = []
    for (let n = 0; n < 7; n++)
      statuses.push((await register(door, secret, `198.51.100.${n}`)).statusCode)
    t.same(statuses, [201, 201, 201, 201, 201, 429, 429], 'in all')
    const hosted = []
    for (let n = 0; n < 6; n++)
      hosted.push((await register(door, secret, '160.79.106.35')).statusCode)
    t.same(hosted, [201, 201, 201, 201, 201, 429], 'an hour of its own, from one address')
    t.equal((await register(door, secret, '160.79.105.1')).statusCode, 429)
  },
)

t.test('DCR=off: nothing is registered, and the metadata names no endpoint for it', async (t) => {
  const door = await openDoor(t, { DCR: 'off' })
  const refused = await register(door, metadata)
  t.match([refused.statusCode, refused.json()], [403, { error: 'access_denied' }])
  const document = await door.app.inject({ url: '/.well-known/oauth-authorization-server' })
  t.notOk('registration_endpoint' in document.json())
})

t.test(
  'ALLOWED_REDIRECT_HOSTS: who sends people elsewhere is not registered, and what was is not served',
  async (t) => {
    const door = await openDoor(t, { ALLOWED_REDIRECT_HOSTS: 'claude.ai,*.example.com,loopback' })
    for (const [uri, status] of [
      [CLAUDE, 201],
      ['https://app.example.com/cb', 201],
      ['http://127.0.0.1:7777/cb', 201],
      ['https://example.com/cb', 400],
      ['https://claude.ai.evil.example/cb', 400],
      ['https://evil.example/claude.ai', 400],
    ] as const) {
      const answer = await register(door, { ...metadata, redirect_uris: [uri] })
      t.equal(answer.statusCode, status, uri)
    }
    await door.store.put('client', 'bsg_client_AAAAAAAAAAAAAAAAAAAAAA', {
      version: 1,
      client_id: 'bsg_client_AAAAAAAAAAAAAAAAAAAAAA',
      client_id_issued_at: 1,
      redirect_uris: ['https://evil.example/cb'],
      grant_types: ['authorization_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    })
    const page = await door.app.inject({
      url: '/authorize?client_id=bsg_client_AAAAAAAAAAAAAAAAAAAAAA&redirect_uri=https://evil.example/cb',
    })
    t.equal(page.statusCode, 400)
    t.notOk(page.headers.location)
  },
)

t.test(
  'attack, C23: registrations that are never used and made again each day are no more than two days of the limit',
  async (t) => {
    const door = await openDoor(t, { DCR_PER_ADDRESS: '5' })
    const nth = (at: number) => register(door, { ...metadata, client_name: `client ${at}` })
    const ids = new Set<string>()
    for (let hour = 0; hour < 72; hour++) {
      for (let at = 0; at < 5; at++) {
        ids.add((await nth(hour * 5 + at)).json().client_id)
      }
      // Once a day each counts again.
      if (hour % 20 === 19) for (let at = 0; at < (hour + 1) * 5; at++) await nth(at)
      door.clock.now += 3_600_000
    }
    let alive = 0
    for (const id of ids) if (await door.store.get('client', id)) alive++
    t.ok(alive <= 2 * 24 * 5, `${alive} of ${ids.size} are there`)
  },
)
