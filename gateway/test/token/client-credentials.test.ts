import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import t from 'tap'
import { parseToken, sha256 } from '../../src/oauth/token-value.ts'
import { personIdOf } from '../../src/students/directory.ts'
import { CLAUDE, openDoor } from '../support/door.ts'
import { ISSUER } from '../support/stub-upstream.ts'

const SECRET = 'a secret of a machine that is long enough'
const machine = {
  client_id: 'night-watch',
  client_name: 'Night watch',
  grant_types: ['client_credentials'],
  client_secret_sha256: sha256(SECRET),
  scope: 'school:read',
}
const request = {
  grant_type: 'client_credentials',
  client_id: 'night-watch',
  client_secret: SECRET,
}
const CLIENTS = JSON.stringify([
  machine,
  { client_id: 'desktop', redirect_uris: [CLAUDE] },
  {
    client_id: 'watcher',
    introspection: true,
    client_secret_sha256: sha256(SECRET),
    grant_types: [],
  },
])

t.test('RFC 6749 §4.4.3: a machine gets an access token, and no refresh token', async (t) => {
  const door = await openDoor(t, { CLIENTS })
  const answer = await door.post('/token', request)
  t.equal(answer.statusCode, 200)
  t.equal(answer.headers['cache-control'], 'no-store')
  t.strictSame(
    { ...answer.json(), access_token: '' },
    { access_token: '', token_type: 'Bearer', expires_in: 3600, scope: 'school:read' },
  )
  const { access_token } = answer.json()
  const watcher = { client_id: 'watcher', client_secret: SECRET, token: access_token }
  t.match((await door.post('/introspect', watcher)).json(), {
    active: true,
    client_id: 'night-watch',
    scope: 'school:read',
  })
  const revoked = await door.post('/revoke', { ...request, token: access_token })
  t.equal(revoked.statusCode, 200)
  t.strictSame((await door.post('/introspect', watcher)).json(), { active: false })
})

t.test('its identity is its own: no student, no role, the same person each time', async (t) => {
  const door = await openDoor(t, { CLIENTS })
  await door.post('/token', request)
  await door.post('/token', request)
  const logs = door.logs.join('')
  const persons = [...logs.matchAll(/"person":"([^"]+)"/g)].map(([, person]) => person)
  t.equal(persons.length, 2)
  t.equal(new Set(persons).size, 1)
  t.notMatch(logs, /student_id/)
})

t.test(
  'RFC 9700 §4.15.1, RFC 9068 §2.2: a machine has a subject that no login can have, and is seen to be one',
  async (t) => {
    const door = await openDoor(t, { CLIENTS })
    const grantOf = async (value: string) => {
      const token = parseToken('access', value)
      const found = token && (await door.store.find(token))
      return found?.grant
    }
    const machines = await grantOf((await door.post('/token', request)).json().access_token)
    t.equal(machines?.personId, personIdOf(door.config.PUBLIC_URL.origin, 'night-watch'))
    t.not(machines?.personId, personIdOf(ISSUER, 'night-watch'), 'somebody of that name')
    t.same(machines?.roles, [])
    t.notOk('studentId' in (machines ?? {}))
    const persons = await grantOf((await door.connect(await door.register())).access_token)
    t.same(persons?.roles, ['student'])
  },
)

t.test(
  'RFC 6749 §5.2: scopes beyond its own are invalid_scope, another resource invalid_target',
  async (t) => {
    const door = await openDoor(t, { CLIENTS })
    for (const [more, status, error] of [
      [{ scope: 'school:write' }, 400, 'invalid_scope'],
      [{ scope: 'school:read school:instruct' }, 400, 'invalid_scope'],
      [{ resource: 'https://evil.example' }, 400, 'invalid_target'],
      [{ client_secret: 'wrong' }, 401, 'invalid_client'],
      [{ client_secret: '' }, 401, 'invalid_client'],
    ] as const) {
      const answer = await door.post('/token', { ...request, ...more })
      t.match([answer.statusCode, answer.json()], [status, { error }], JSON.stringify(more))
    }
  },
)

t.test(
  'RFC 6749 §4.4: nobody who registered himself, and no client without that grant type',
  async (t) => {
    const door = await openDoor(t, { CLIENTS })
    const own = await door.register({
      token_endpoint_auth_method: 'client_secret_post',
      grant_types: ['client_credentials'],
    })
    for (const credentials of [
      { client_id: own.client_id, client_secret: own.client_secret ?? '' },
      { client_id: 'desktop' },
      { client_id: 'watcher', client_secret: SECRET },
    ]) {
      const answer = await door.post('/token', { grant_type: 'client_credentials', ...credentials })
      t.match([answer.statusCode, answer.json()], [400, { error: 'unauthorized_client' }])
    }
    const page = await door.app.inject({
      url: '/authorize?response_type=code&client_id=night-watch',
    })
    t.equal(page.statusCode, 400, 'a machine is no app that people log in to')
    t.match((await door.post('/par', request)).json(), { error: 'unauthorized_client' })
  },
)

t.test('RFC 7523 §2.2: a machine may prove itself by its key, each assertion once', async (t) => {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const jwks = { keys: [await exportJWK(publicKey)] }
  const { client_secret_sha256: _, ...signing } = machine
  const door = await openDoor(t, { CLIENTS: JSON.stringify([{ ...signing, jwks }]) })
  const seconds = Math.floor(door.clock.now / 1000)
  const client_assertion = await new SignJWT({ jti: 'once' })
    .setProtectedHeader({ alg: 'ES256' })
    .setIssuer('night-watch')
    .setSubject('night-watch')
    .setAudience('http://localhost:3000')
    .setExpirationTime(seconds + 60)
    .sign(privateKey)
  const form = {
    grant_type: 'client_credentials',
    client_assertion,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  }
  t.equal((await door.post('/token', form)).statusCode, 200)
  t.match((await door.post('/token', form)).json(), { error: 'invalid_client' }, 'replayed')
  t.match(
    (
      await door.post('/token', { grant_type: 'client_credentials', client_id: 'night-watch' })
    ).json(),
    { error: 'invalid_client' },
  )
})

t.test('the metadata names what such clients use, where there are some', async (t) => {
  const read = async (environment = {}) =>
    (
      await (
        await openDoor(t, environment)
      ).app.inject({ url: '/.well-known/oauth-authorization-server' })
    ).json()
  t.match(await read({ CLIENTS }), {
    grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
    introspection_endpoint: 'http://localhost:3000/introspect',
  })
  const without = await read()
  t.same(without.grant_types_supported, ['authorization_code', 'refresh_token'])
  t.notOk('introspection_endpoint' in without)
})
