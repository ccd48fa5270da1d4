import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { readConfiguredClients } from '../../src/clients/configured-clients.ts'
import { ConfigurationError, readConfig } from '../../src/config.ts'
import { sha256 } from '../../src/oauth/token-value.ts'
import { ProblemsError } from '../../src/problems-error.ts'
import { CLAUDE, openDoor } from '../support/door.ts'

const SECRET = 'a-secret-that-the-operator-made-with-openssl'
const hashed = { client_secret_sha256: sha256(SECRET) }

t.test(
  'Claude’s field “OAuth client id”: typed-in id and secret, from the consent page to tokens',
  async (t) => {
    const door = await openDoor(t, {
      CLIENTS: JSON.stringify([
        { client_id: 'claude', client_name: 'Claude', redirect_uris: [CLAUDE], ...hashed },
      ]),
      DCR: 'off',
      ALLOWED_REDIRECT_HOSTS: 'elsewhere.example',
    })
    const client = {
      client_id: 'claude',
      client_secret: SECRET,
      redirect_uris: [CLAUDE] as [string],
    }
    const tokens = await door.connect(client)
    t.match(tokens, { access_token: /^bsg_at_/, refresh_token: /^bsg_rt_/ })
    const page = await door.app.inject({
      url: '/authorize?client_id=claude&redirect_uri=https://elsewhere.example/',
    })
    t.equal(page.statusCode, 400, 'exactly its own')
  },
)

t.test('a public client of the operator’s, and one whose secret is in a file', async (t) => {
  const file = join(t.testdir({}), 'secret')
  writeFileSync(file, `${SECRET}\n`)
  const clients = readConfiguredClients(
    JSON.stringify([
      { client_id: 'desktop', redirect_uris: ['http://127.0.0.1/cb', 'myapp://callback'] },
      { client_id: 'copilot', redirect_uris: [CLAUDE], client_secret_file: file },
    ]),
  )
  t.match(clients.get('desktop'), {
    token_endpoint_auth_method: 'none',
    redirect_uris: ['http://127.0.0.1/cb', 'myapp://callback'],
  })
  t.match(clients.get('copilot'), { token_endpoint_auth_method: 'client_secret_basic', ...hashed })
  t.equal(readConfiguredClients('').size, 0)
})

t.test('each mistake is told with the client that it is in', async (t) => {
  const machine = { client_id: 'm', grant_types: ['client_credentials'] }
  for (const [entry, says] of [
    ['{', /not JSON/],
    ['{}', /JSON array/],
    [[{}], /entry 1: client_id/],
    [[{ client_id: 'x', redirect_uri: CLAUDE }], /^x: redirect_uri: not known here/],
    [[{ client_id: 'x', grant_types: [], ...hashed }], /can do nothing/],
    [[{ client_id: 'x', redirect_uris: [CLAUDE], scope: 'school:reed' }], /scope belongs/],
    [[{ client_id: 'x', redirect_uris: [CLAUDE, 'http://app.example/cb'] }], /no redirect URI/],
    [[{ client_id: 'a b' }], /letters, digits/],
    [[{ client_id: 'bsg_client_x' }], /must not begin/],
    [[{ client_id: 'x', redirect_uri: CLAUDE }], /redirect_uri/],
    [[{ client_id: 'x' }], /^x: redirect_uris/],
    [[{ client_id: 'x', redirect_uris: ['javascript:alert(1)'] }], /^x: /],
    [[{ client_id: 'x', redirect_uris: [CLAUDE], client_secret: 'plain' }], /client_secret/],
    [[{ client_id: 'x', redirect_uris: [CLAUDE], client_secret_sha256: 'short' }], /SHA-256/],
    [
      [
        {
          client_id: 'x',
          redirect_uris: [CLAUDE],
          token_endpoint_auth_method: 'client_secret_post',
        },
      ],
      /do not go together/,
    ],
    [
      [{ client_id: 'x', redirect_uris: [CLAUDE], token_endpoint_auth_method: 'none', ...hashed }],
      /do not go together/,
    ],
    [
      [{ client_id: 'x', redirect_uris: [CLAUDE], token_endpoint_auth_method: 'private_key_jwt' }],
      /needs jwks/,
    ],
    [[{ client_id: 'x', redirect_uris: [CLAUDE], client_secret_file: '/nowhere' }], /ENOENT/],
    [[{ ...machine, scope: 'school:read' }], /without a secret or a key/],
    [[{ ...machine, ...hashed }], /needs a scope/],
    [[{ ...machine, ...hashed, scope: 'school:instruct' }], /no scope school:instruct/],
    [[{ ...machine, ...hashed, scope: 'school:read', redirect_uris: [CLAUDE] }], /redirect_uris/],
    [
      [
        { client_id: 'x', redirect_uris: [CLAUDE] },
        { client_id: 'x', redirect_uris: [CLAUDE] },
      ],
      /twice/,
    ],
  ] as const) {
    const json = typeof entry === 'string' ? entry : JSON.stringify(entry)
    t.throws(() => readConfiguredClients(json), { name: ProblemsError.name, message: says }, json)
  }
})

t.test('every mistake is told at once', async (t) => {
  const json = JSON.stringify([{ client_id: 'a' }, { client_id: 'b', introspection: 1, x: 1 }])
  try {
    readConfiguredClients(json)
    t.fail('it was taken')
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error
    t.equal(error.problems.length, 3)
  }
})

t.test('a mistake is one problem of the configuration, and quotes no secret', async (t) => {
  const CLIENTS = JSON.stringify([
    { client_id: 'x', redirect_uris: [CLAUDE], client_secret: SECRET },
  ])
  try {
    readConfig({
      SECRET_KEY: 'x'.repeat(32),
      OIDC_ISSUER: 'http://localhost:1',
      OIDC_CLIENT_SECRET: 'y',
      CLIENTS,
    })
    t.fail('it was taken')
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    t.equal(error.problems.length, 1)
    t.match(error.message, /CLIENTS x: client_secret: not known here/)
    t.notMatch(error.message, SECRET)
  }
})

t.test('the example of docs/clients-by-hand.md is taken as it stands', async (t) => {
  const guide = readFileSync(new URL('../../../docs/clients-by-hand.md', import.meta.url), 'utf8')
  const [, example = ''] = /```json\n([\s\S]+?)```/.exec(guide) ?? []
  t.same([...readConfiguredClients(example).keys()], ['claude', 'night-watch', 'library'])
})

t.test(
  'draft-ietf-oauth-identity-assertion-authz-grant §8.1: assertions are for clients that prove themselves',
  async (t) => {
    const grant = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
    const read = (entry: Record<string, unknown>) =>
      readConfiguredClients(JSON.stringify([{ client_id: 'desk', grant_types: [grant], ...entry }]))
    t.match(read(hashed).get('desk'), { grant_types: [grant], response_types: [] })
    t.throws(() => read({}), /without a secret or a key/)
    t.throws(() => read({ ...hashed, redirect_uris: [CLAUDE] }), /authorization code grant/)
    t.throws(() => read({ ...hashed, scope: 'school:read' }), /client_credentials/)
  },
)
