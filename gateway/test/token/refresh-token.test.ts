import t from 'tap'
import { parseToken } from '../../src/oauth/token-value.ts'
import { personIdOf } from '../../src/students/directory.ts'
import { openDoor, refreshment } from '../support/door.ts'
import { ISSUER, person } from '../support/stub-upstream.ts'

const alive = async (door: Awaited<ReturnType<typeof openDoor>>, client_id: string) =>
  (await door.store.grantsOf({ client_id })).length

t.test('RFC 6749 §6: a refresh rotates; the new token works, with the same scopes', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const tokens = await door.connect(client)
  const first = (await door.post('/token', refreshment(client, tokens.refresh_token))).json()
  t.not(first.refresh_token, tokens.refresh_token)
  t.not(first.access_token, tokens.access_token)
  t.equal(first.scope, tokens.scope)
  const second = await door.post('/token', refreshment(client, first.refresh_token))
  t.equal(second.statusCode, 200, 'peers: 200 at /token and dead on use')
})

t.test('C46: ten parallel refreshes of one token give one family', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const { refresh_token } = await door.connect(client)
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => door.post('/token', refreshment(client, refresh_token))),
  )
  t.ok(answers.every(({ statusCode }) => statusCode === 200))
  t.equal(new Set(answers.map((answer) => answer.json().refresh_token)).size, 1)
  t.equal(new Set(answers.map((answer) => answer.json().access_token)).size, 10)
})

t.test(
  'within the grace window the same successor again, until that was used itself',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register()
    const { refresh_token } = await door.connect(client)
    const lost = (await door.post('/token', refreshment(client, refresh_token))).json()
    door.clock.now += 599_000
    const again = (await door.post('/token', refreshment(client, refresh_token))).json()
    t.equal(again.refresh_token, lost.refresh_token)
    const next = await door.post('/token', refreshment(client, again.refresh_token))
    t.equal(next.statusCode, 200)
    const late = await door.post('/token', refreshment(client, refresh_token))
    t.match([late.statusCode, late.json()], [400, { error: 'invalid_grant' }])
    t.equal(await alive(door, client.client_id), 1, 'nobody is logged out inside the window')
  },
)

t.test(
  'RFC 9700 §4.14.2: a replay after the grace window is invalid_grant and ends the grant',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register()
    const { refresh_token } = await door.connect(client)
    const next = (await door.post('/token', refreshment(client, refresh_token))).json()
    door.clock.now += 601_000
    const replay = await door.post('/token', refreshment(client, refresh_token))
    t.match([replay.statusCode, replay.json()], [400, { error: 'invalid_grant' }])
    t.equal(await alive(door, client.client_id), 0)
    t.equal((await door.post('/token', refreshment(client, next.refresh_token))).statusCode, 400)
    t.match(door.logs.join(''), /refresh_replayed/)
  },
)

t.test('REFRESH_REPLAY=refuse: the replay is refused, the living successor stays', async (t) => {
  const door = await openDoor(t, { REFRESH_REPLAY: 'refuse' })
  const client = await door.register()
  const { refresh_token } = await door.connect(client)
  const next = (await door.post('/token', refreshment(client, refresh_token))).json()
  door.clock.now += 601_000
  t.equal((await door.post('/token', refreshment(client, refresh_token))).statusCode, 400)
  t.equal((await door.post('/token', refreshment(client, next.refresh_token))).statusCode, 200)
})

t.test('a refresh token belongs to its client', async (t) => {
  const door = await openDoor(t)
  const client = await door.register({ client_name: 'mine' })
  const other = await door.register({ client_name: 'other' })
  const { refresh_token } = await door.connect(client)
  const stolen = await door.post('/token', refreshment(other, refresh_token))
  t.match([stolen.statusCode, stolen.json()], [400, { error: 'invalid_grant' }])
  t.equal((await door.post('/token', refreshment(client, refresh_token))).statusCode, 200)
})

t.test(
  'C48: extra scopes are ignored, fewer narrow this access token only, resource may differ by a slash',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register()
    const { refresh_token } = await door.connect(client)
    const wide = await door.post('/token', {
      ...refreshment(client, refresh_token),
      scope: 'school:read school:write school:instruct offline_access',
      resource: 'http://localhost:3000/mcp/',
    })
    t.equal(wide.json().scope, 'school:read school:write')
    const narrow = await door.post('/token', {
      ...refreshment(client, wide.json().refresh_token),
      scope: 'school:read',
    })
    t.equal(narrow.json().scope, 'school:read')
    const back = await door.post('/token', refreshment(client, narrow.json().refresh_token))
    t.equal(back.json().scope, 'school:read school:write')
    const elsewhere = await door.post('/token', {
      ...refreshment(client, back.json().refresh_token),
      resource: 'https://evil.example',
    })
    t.match([elsewhere.statusCode, elsewhere.json()], [400, { error: 'invalid_target' }])
  },
)

t.test('C48, C35: resource at refresh in every spelling of it, or not at all', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  let { refresh_token } = await door.connect(client, { resource: 'http://localhost:3000/mcp' })
  for (const resource of [
    '',
    '&resource=',
    '&resource=http://localhost:3000/mcp',
    '&resource=http://localhost:3000/mcp/',
    '&resource=HTTP://LOCALHOST:3000/mcp',
    '&resource=http://localhost:3000',
    '&resource=http://localhost:3000/mcp&resource=http://localhost:3000/mcp',
  ]) {
    const form = `${new URLSearchParams(refreshment(client, refresh_token))}${resource}`
    const response = await door.post('/token', form)
    t.equal(response.statusCode, 200, resource)
    refresh_token = response.json().refresh_token
  }
  for (const resource of [
    '&resource=https://evil.example',
    '&resource=http://localhost:3000/mcp/x',
    '&resource=http://localhost:3000/mcp&resource=http://localhost:3000/mcp/x',
  ]) {
    const form = `${new URLSearchParams(refreshment(client, refresh_token))}${resource}`
    const response = await door.post('/token', form)
    t.match([response.statusCode, response.json()], [400, { error: 'invalid_target' }], resource)
  }
  door.clock.now += 601_000
  const late = await door.post('/token', refreshment(client, refresh_token))
  t.equal(late.statusCode, 200, 'what was refused rotated nothing')
})

t.test('RFC 6749 §6, C48: what a refresh asks beyond the grant widens nothing', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  let { refresh_token } = await door.connect(client, { scope: 'school:read' })
  for (const scope of [
    '',
    ' ',
    'school:write',
    'school:read school:write',
    'school:instruct',
    'offline_access',
  ]) {
    const response = await door.post('/token', { ...refreshment(client, refresh_token), scope })
    t.match([response.statusCode, response.json()], [200, { scope: 'school:read' }], scope)
    const access = parseToken('access', response.json().access_token)
    t.same(access && (await door.store.find(access))?.scopes, ['school:read'], scope)
    refresh_token = response.json().refresh_token
  }
})

t.test('the refresh token slides: REFRESH_TOKEN_TTL counts from its last use', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  let { refresh_token } = await door.connect(client)
  for (let day = 0; day < 3; day++) {
    door.clock.now += 25 * 86_400_000
    const response = await door.post('/token', refreshment(client, refresh_token))
    t.equal(response.statusCode, 200)
    refresh_token = response.json().refresh_token
  }
  door.clock.now += 30 * 86_400_000
  t.equal((await door.post('/token', refreshment(client, refresh_token))).statusCode, 400)
})

t.test('a grant that a later login missed ends at its refresh, whatever changed', async (t) => {
  for (const [title, now] of Object.entries({
    'no longer enrolled': { studentId: undefined, roles: [] },
    'another student': { studentId: 'BS-9', roles: ['student'] },
    'a role less': { studentId: undefined, roles: ['instructor'] },
  } as const)) {
    const door = await openDoor(t)
    const client = await door.register()
    const { refresh_token } = await door.connect(client)
    const personId = personIdOf(ISSUER, 'sub-ender')
    const record = await door.store.get('person', personId)
    if (!record) throw new Error('ender is not known')
    await door.store.put('person', personId, { ...record, ...now, roles: [...now.roles] })
    const response = await door.post('/token', refreshment(client, refresh_token))
    t.match([response.statusCode, response.json()], [400, { error: 'invalid_grant' }], title)
    t.equal(await alive(door, client.client_id), 0, title)
    t.match(door.logs.join(''), /grant_revoked/)
  }
})

t.test('a role gained since the grant widens nothing', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const { refresh_token } = await door.connect(client)
  door.upstream.identity = person('ender', 'BS-2401', ['student', 'instructor'])
  await door.connect(client)
  const { scope } = (await door.post('/token', refreshment(client, refresh_token))).json()
  t.equal(scope, 'school:read school:write')
})
