import { OAuthClientInformationFullSchema } from '@modelcontextprotocol/sdk/shared/auth.js'
import t from 'tap'
import { CLAUDE, openDoor } from '../support/door.ts'

const register = (door: Awaited<ReturnType<typeof openDoor>>, payload: unknown) =>
  door.app.inject({ method: 'POST', url: '/register', payload: payload as object })

t.test(
  'RFC 7591 §3.2.1: 201 with what was registered, no null, no empty string (C18)',
  async (t) => {
    const door = await openDoor(t)
    const response = await register(door, {
      client_name: 'Claude',
      redirect_uris: [CLAUDE],
      token_endpoint_auth_method: 'none',
    })
    t.equal(response.statusCode, 201)
    t.equal(response.headers['cache-control'], 'no-store')
    const { client_id, client_id_issued_at, ...rest } = response.json()
    t.match(client_id, /^bsg_client_[\w-]{43}$/)
    t.equal(client_id_issued_at, Math.floor(door.clock.now / 1000))
    t.same(rest, {
      client_name: 'Claude',
      redirect_uris: [CLAUDE],
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      application_type: 'web',
      registration_client_uri: `http://localhost:3000/register/${client_id}`,
    })
    t.ok(OAuthClientInformationFullSchema.parse(response.json()))
  },
)

t.test('the shapes of real clients are accepted as they are', async (t) => {
  const door = await openDoor(t)
  for (const [name, body, method] of [
    [
      'Claude 2025',
      {
        client_name: 'claudeai',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'none',
        scope: 'claudeai',
        redirect_uris: [CLAUDE],
      },
      'none',
    ],
    [
      'Claude 2026',
      {
        client_name: 'Claude',
        redirect_uris: [CLAUDE],
        token_endpoint_auth_method: 'client_secret_post',
      },
      'client_secret_post',
    ],
    [
      'VS Code',
      {
        client_name: 'Visual Studio Code',
        client_uri: 'https://code.visualstudio.com',
        grant_types: [
          'authorization_code',
          'refresh_token',
          'urn:ietf:params:oauth:grant-type:device_code',
        ],
        response_types: ['code'],
        redirect_uris: [
          'https://insiders.vscode.dev/redirect',
          'https://vscode.dev/redirect',
          'http://127.0.0.1/',
          'http://127.0.0.1:33418/',
        ],
        token_endpoint_auth_method: 'none',
        application_type: 'native',
        scope: 'school:read school:write',
      },
      'none',
    ],
    [
      'Gemini CLI',
      {
        client_name: 'Gemini CLI',
        redirect_uris: ['http://localhost:7777/oauth/callback'],
        scope: '',
      },
      'none',
    ],
    [
      'mcp-remote',
      {
        client_name: 'MCP CLI Proxy',
        software_id: '2e6dc280-f3c3-4e01-99a7-8181dbd1d23d',
        software_version: '0.15.1',
        redirect_uris: ['http://localhost:3334/oauth/callback'],
        token_endpoint_auth_method: 'none',
      },
      'none',
    ],
    [
      'FastMCP',
      {
        client_name: 'FastMCP Client',
        redirect_uris: ['http://localhost:5000/callback'],
        application_type: 'native',
      },
      'none',
    ],
    [
      'LibreChat',
      {
        redirect_uris: ['https://chat.example/api/mcp/x/oauth/callback'],
        token_endpoint_auth_method: 'client_secret_basic',
        logo_uri: null,
        contacts: [],
      },
      'client_secret_basic',
    ],
  ] as const) {
    const response = await register(door, body)
    t.equal(response.statusCode, 201, name)
    const answer = response.json()
    t.same(answer.redirect_uris, body.redirect_uris, name)
    t.equal(answer.token_endpoint_auth_method, method, name)
    t.equal(
      'client_secret' in answer,
      method !== 'none',
      `${name}: a secret iff the method uses one`,
    )
    t.equal(answer.client_secret_expires_at, method === 'none' ? undefined : 0, name)
    for (const value of Object.values(answer)) t.ok(value !== null && value !== '', name)
  }
})

t.test(
  'C20: Cursor’s custom scheme is dropped unless it is listed, the rest is kept',
  async (t) => {
    const cursor = 'cursor://anysphere.cursor-mcp/oauth/callback'
    const redirect_uris = [
      cursor,
      'http://localhost:8787/callback',
      'https://www.cursor.com/agents/mcp/oauth/callback',
    ]
    const closed = await register(await openDoor(t), { redirect_uris })
    t.same(closed.json().redirect_uris, redirect_uris.slice(1))
    const open = await register(await openDoor(t, { CUSTOM_REDIRECT_URIS: cursor }), {
      redirect_uris,
    })
    t.same(open.json().redirect_uris, redirect_uris)
  },
)

t.test('RFC 7591 §3.2.2: one dangerous redirect URI refuses the whole registration', async (t) => {
  const door = await openDoor(t)
  for (const bad of ['javascript:alert(1)', '/relative', 'https://a/#x', 'https://a/\n', 7, null]) {
    const response = await register(door, { redirect_uris: [CLAUDE, bad] })
    t.match(
      [response.statusCode, response.json()],
      [400, { error: 'invalid_redirect_uri' }],
      String(bad),
    )
  }
  for (const redirect_uris of [
    undefined,
    [],
    'https://a/cb',
    {},
    ['http://a.example/cb'],
    Array(33).fill(CLAUDE),
  ]) {
    const response = await register(door, { redirect_uris })
    t.match([response.statusCode, response.json()], [400, { error: 'invalid_redirect_uri' }])
  }
})

t.test(
  'RFC 7591 §2: what is not understood is ignored, and grant and response types agree',
  async (t) => {
    const door = await openDoor(t)
    const response = await register(door, {
      redirect_uris: [CLAUDE],
      grant_types: ['implicit', 'urn:example:unknown'],
      response_types: ['token'],
      software_statement: 'eyJ',
      'client_name#ko': '클로드',
      foo: { bar: 1 },
    })
    t.equal(response.statusCode, 201)
    const answer = response.json()
    const stored = await door.store.get('client', answer.client_id)
    for (const registered of [answer, stored]) {
      t.match(registered, { redirect_uris: [CLAUDE], response_types: ['code'] })
      t.same(registered?.grant_types, ['authorization_code', 'refresh_token'])
      t.notMatch(JSON.stringify(registered), /foo|software_statement|클로드|implicit|unknown/)
    }
  },
)

t.test('OAuth 2.1 §7.7: a client secret is 32 random bytes, another for each client', async (t) => {
  const door = await openDoor(t)
  const metadata = { token_endpoint_auth_method: 'client_secret_post' }
  const secrets = [await door.register(metadata), await door.register(metadata)].map(
    ({ client_secret = '' }) => client_secret,
  )
  for (const secret of secrets) t.match(secret, /^bsg_cs_[\w-]{43}$/)
  t.equal(new Set(secrets).size, 2)
})

t.test(
  'RFC 7591 §2: jwks and jwks_uri exclude each other, and one of them is needed',
  async (t) => {
    const door = await openDoor(t)
    const jwks = { keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) }] }
    const jwks_uri = 'https://claude.ai/oauth/jwks.json'
    const signing = { redirect_uris: [CLAUDE], token_endpoint_auth_method: 'private_key_jwt' }
    t.equal((await register(door, { ...signing, jwks })).statusCode, 201)
    t.equal((await register(door, { ...signing, jwks_uri })).statusCode, 201)
    for (const keys of [{ jwks, jwks_uri }, {}]) {
      const response = await register(door, { ...signing, ...keys })
      t.match([response.statusCode, response.json()], [400, { error: 'invalid_client_metadata' }])
    }
  },
)

t.test('bad bodies are clear 4xx, never a 5xx', async (t) => {
  const door = await openDoor(t)
  const send = (payload: string, type = 'application/json') =>
    door.app.inject({
      method: 'POST',
      url: '/register',
      headers: { 'content-type': type },
      payload,
    })
  for (const [title, payload, status, type] of [
    ['not JSON', '{', 400],
    ['empty', '', 400],
    ['null', 'null', 400],
    ['an array', '[]', 400],
    ['a string', '"x"', 400],
    ['deep', `${'['.repeat(8_000)}${']'.repeat(8_000)}`, 400],
    ['too large', JSON.stringify({ redirect_uris: [CLAUDE], x: 'x'.repeat(17_000) }), 413],
    ['a form', 'redirect_uris=x', 415, 'application/x-www-form-urlencoded'],
    [
      'private_key_jwt without keys',
      JSON.stringify({ redirect_uris: [CLAUDE], token_endpoint_auth_method: 'private_key_jwt' }),
      400,
    ],
  ] as const) {
    const response = await send(payload, type)
    t.equal(response.statusCode, status, title)
    t.match(response.json().error, /^invalid_(client_metadata|redirect_uri|request)$/, title)
  }
  const proto = await send(`{"__proto__":{"client_name":"x"},"redirect_uris":["${CLAUDE}"]}`)
  t.equal(proto.statusCode, 201)
  t.equal(proto.json().client_name, undefined)
})

t.test(
  'texts are bounded and hold no control characters; addresses are web addresses or dropped',
  async (t) => {
    const door = await openDoor(t)
    const response = await register(door, {
      redirect_uris: [CLAUDE, CLAUDE],
      client_name: `a\u0000b\n${'x'.repeat(500)}`,
      client_uri: 'javascript:alert(1)',
      scope: 5,
    })
    const answer = response.json()
    t.match(answer.client_name, /^a b x+$/)
    t.equal(answer.client_name.length, 200)
    t.notOk('client_uri' in answer)
    t.notOk('scope' in answer)
    t.same(answer.redirect_uris, [CLAUDE], 'each once')
  },
)

t.test('only the hash of a secret is stored', async (t) => {
  const door = await openDoor(t)
  const client = await door.register({ token_endpoint_auth_method: 'client_secret_basic' })
  const stored = JSON.stringify(await door.store.get('client', client.client_id))
  t.match(stored, /client_secret_sha256/)
  t.notMatch(stored, client.client_secret ?? 'x')
  t.notMatch(door.logs.join(''), client.client_secret ?? 'x')
})
