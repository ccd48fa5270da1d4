import {
  OAuthMetadataSchema,
  OAuthProtectedResourceMetadataSchema,
  OpenIdProviderDiscoveryMetadataSchema,
} from '@modelcontextprotocol/sdk/shared/auth.js'
import t from 'tap'
import { SIGNING_ALGORITHMS } from '../../src/oauth/signing-algorithms.ts'
import { openDoor } from '../support/door.ts'

const PROTECTED = [
  '/.well-known/oauth-protected-resource',
  '/.well-known/oauth-protected-resource/mcp',
  '/mcp/.well-known/oauth-protected-resource',
]
const SSE = '/.well-known/oauth-protected-resource/sse'
const SERVER = [
  '/.well-known/oauth-authorization-server',
  '/.well-known/oauth-authorization-server/mcp',
  '/mcp/.well-known/oauth-authorization-server',
  '/.well-known/openid-configuration',
  '/.well-known/openid-configuration/mcp',
  '/mcp/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server/sse',
  '/sse/.well-known/oauth-authorization-server',
  '/.well-known/openid-configuration/sse',
  '/sse/.well-known/openid-configuration',
]

t.test('RFC 9728 §3, C4: the resource metadata, in every spelling the same bytes', async (t) => {
  const door = await openDoor(t)
  const bodies = new Set<string>()
  for (const url of PROTECTED) {
    const response = await door.app.inject({ url })
    t.equal(response.statusCode, 200, url)
    t.match(response.headers['content-type'], /^application\/json/)
    bodies.add(response.body)
  }
  t.equal(bodies.size, 1)
  const document = JSON.parse([...bodies][0] ?? '')
  t.same(document, {
    resource: 'http://localhost:3000/mcp',
    authorization_servers: ['http://localhost:3000'],
    scopes_supported: ['school:read', 'school:write'],
    bearer_methods_supported: ['header'],
    dpop_signing_alg_values_supported: SIGNING_ALGORITHMS,
    resource_name: 'Battle School',
  })
  t.ok(OAuthProtectedResourceMetadataSchema.parse(document))
})

t.test('C5: the slash spelling answers with the slash spelling of resource', async (t) => {
  const door = await openDoor(t)
  const response = await door.app.inject({ url: '/.well-known/oauth-protected-resource/mcp/' })
  t.equal(response.json().resource, 'http://localhost:3000/mcp/')
})

t.test(
  'RFC 9728 §3.3: the metadata of /sse names /sse, which clients of HTTP+SSE compare with their URL; the rest is the same',
  async (t) => {
    const door = await openDoor(t)
    const read = async (url: string) => (await door.app.inject({ url })).json()
    const mcp = await read('/.well-known/oauth-protected-resource/mcp')
    const resource = 'http://localhost:3000/sse'
    t.same(await read('/.well-known/oauth-protected-resource/sse'), { ...mcp, resource })
    t.same(await read('/sse/.well-known/oauth-protected-resource'), { ...mcp, resource })
    t.same(await read('/.well-known/oauth-protected-resource/sse/'), {
      ...mcp,
      resource: `${resource}/`,
    })
  },
)

t.test('without a door for HTTP+SSE nothing is said of one', async (t) => {
  const door = await openDoor(t, { MCP_UPSTREAM_URL: 'http://127.0.0.1:1/other' })
  for (const url of [...PROTECTED, ...SERVER].filter((path) => path.includes('/mcp'))) {
    t.equal((await door.app.inject({ url })).statusCode, 200, url)
    const other = url.replace('/mcp', '/sse')
    t.equal((await door.app.inject({ url: other })).statusCode, 404, other)
  }
})

t.test(
  'RFC 8414 §2, C6, C7, C9: the server metadata, in every spelling the same bytes',
  async (t) => {
    const door = await openDoor(t, {
      PUBLIC_URL: 'https://door.example',
      OIDC_ISSUER: 'https://sso.example',
    })
    const bodies = new Set<string>()
    for (const url of SERVER) bodies.add((await door.app.inject({ url })).body)
    t.equal(bodies.size, 1)
    const document = JSON.parse([...bodies][0] ?? '')
    t.equal(document.issuer, 'https://door.example', 'no slash at the end')
    t.match(document, {
      authorization_endpoint: 'https://door.example/authorize',
      token_endpoint: 'https://door.example/token',
      registration_endpoint: 'https://door.example/register',
      revocation_endpoint: 'https://door.example/revoke',
      code_challenge_methods_supported: ['S256'],
      pushed_authorization_request_endpoint: 'https://door.example/par',
      token_endpoint_auth_methods_supported: [
        'none',
        'client_secret_post',
        'client_secret_basic',
        'private_key_jwt',
      ],
      client_id_metadata_document_supported: true,
      authorization_response_iss_parameter_supported: true,
    })
    for (const value of Object.values(document)) t.ok(value !== null && value !== '')
    t.notMatch(JSON.stringify(document), /instruct/)
    t.ok(OAuthMetadataSchema.parse(document))
    t.ok(OpenIdProviderDiscoveryMetadataSchema.parse(document))
  },
)

t.test(
  'RFC 8414 §3.2, RFC 9728 §3.2: a 200 with application/json, no member empty, every URL https',
  async (t) => {
    const door = await openDoor(t, {
      PUBLIC_URL: 'https://door.example',
      OIDC_ISSUER: 'https://sso.example',
    })
    for (const url of [...PROTECTED, SSE, ...SERVER]) {
      const response = await door.app.inject({ url })
      t.equal(response.statusCode, 200, url)
      t.match(response.headers['content-type'], /^application\/json\b/, url)
      const document: Record<string, unknown> = response.json()
      t.same(document.scopes_supported, ['school:read', 'school:write'], url)
      for (const [name, value] of Object.entries(document)) {
        t.ok(value !== null && value !== '' && !(Array.isArray(value) && value.length === 0), name)
        if (/_endpoint$|_uri$|^resource$/.test(name)) {
          t.match(value, /^https:\/\/door\.example\/[a-z]+$/, `${name}: no query, no fragment`)
        }
      }
    }
  },
)

t.test(
  'RFC 8414 §2: the algorithms of private_key_jwt are named, RS256 among them, none not',
  async (t) => {
    const door = await openDoor(t)
    const document = (await door.app.inject({ url: SERVER[0] ?? '' })).json()
    for (const endpoint of ['token', 'revocation']) {
      t.ok(document[`${endpoint}_endpoint_auth_methods_supported`].includes('private_key_jwt'))
      const algorithms: string[] =
        document[`${endpoint}_endpoint_auth_signing_alg_values_supported`]
      t.ok(algorithms.includes('RS256'), endpoint)
      t.notOk(
        algorithms.some((algorithm) => /^(none|HS\d+)$/.test(algorithm)),
        endpoint,
      )
    }
  },
)

t.test('C12: discovery asks neither the store nor the provider', async (t) => {
  const door = await openDoor(t)
  for (const verb of ['get', 'find', 'ping'] as const) {
    t.intercept(door.store, verb, {
      value: async () => {
        throw new Error('the store is down')
      },
    })
  }
  for (const url of [...PROTECTED, SSE, ...SERVER, '/jwks', '/healthz']) {
    t.equal((await door.app.inject({ url })).statusCode, 200, url)
  }
  t.same(door.upstream.logins, [])
})

t.test('C15: OPTIONS without auth, any origin may read; HEAD, ETag, 405', async (t) => {
  const door = await openDoor(t)
  for (const url of [...PROTECTED, SSE, ...SERVER, '/jwks', '/register', '/token', '/revoke']) {
    const preflight = await door.app.inject({
      method: 'OPTIONS',
      url,
      headers: {
        origin: 'https://inspector.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'mcp-protocol-version, mcp-param-Region',
      },
    })
    t.equal(preflight.statusCode, 204, url)
    t.equal(preflight.headers['access-control-allow-origin'], '*')
    t.match(preflight.headers['access-control-allow-headers'], /authorization.*mcp-param-Region/)
  }
  const [url = ''] = PROTECTED
  const first = await door.app.inject({ url })
  t.equal(first.headers['access-control-allow-origin'], '*')
  t.match(first.headers['access-control-expose-headers'], /www-authenticate/)
  const head = await door.app.inject({ method: 'HEAD', url })
  t.same([head.statusCode, head.body], [200, ''])
  const post = await door.app.inject({ method: 'POST', url, payload: {} })
  t.equal(post.statusCode, 405)
  t.match(post.headers.allow, /GET/)
})

t.test('RFC 9110 §13.1.2: what is known is not sent again', async (t) => {
  const door = await openDoor(t)
  const [url = ''] = PROTECTED
  const etag = String((await door.app.inject({ url })).headers.etag)
  for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
    const answer = await door.app.inject({ url, headers: { 'if-none-match': known } })
    t.match([answer.statusCode, answer.body, answer.headers.etag], [304, '', etag], known)
  }
  const other = await door.app.inject({ url, headers: { 'if-none-match': '"other"' } })
  t.equal(other.statusCode, 200)
})

t.test('C10: an unknown well-known path is a JSON 404', async (t) => {
  const door = await openDoor(t)
  for (const url of [
    '/.well-known/unknown',
    '/.well-known/oauth-authorization-server/other',
    '/x',
  ]) {
    const response = await door.app.inject({ url })
    t.equal(response.statusCode, 404)
    t.match(response.headers['content-type'], /^application\/json/)
  }
})

t.test('RFC 7517 §5: /jwks holds public halves only', async (t) => {
  const door = await openDoor(t, { FORMER_SECRET_KEYS: 'f'.repeat(40) })
  const { keys } = (await door.app.inject({ url: '/jwks' })).json()
  t.equal(keys.length, 2, 'the former key still verifies')
  for (const key of keys) {
    t.match(key, { kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig', kid: /.+/ })
    t.notOk('d' in key)
  }
})

t.test(
  'draft-ietf-oauth-identity-assertion-authz-grant-04 §7.2, §8.4: the profile, its grant type, and not whom we trust',
  async (t) => {
    const company = 'https://login.company.example'
    const read = async (settings: Record<string, string>) =>
      (await openDoor(t, settings)).app.inject({ url: '/.well-known/oauth-authorization-server' })
    const offered = await read({ ID_JAG_ISSUERS: company })
    t.match(offered.json(), {
      grant_types_supported: [
        'authorization_code',
        'refresh_token',
        'urn:ietf:params:oauth:grant-type:jwt-bearer',
      ],
      authorization_grant_profiles_supported: ['urn:ietf:params:oauth:grant-profile:id-jag'],
    })
    t.notMatch(offered.body, company)
    const plain = (await read({})).json()
    t.same(plain.grant_types_supported, ['authorization_code', 'refresh_token'])
    t.notOk('authorization_grant_profiles_supported' in plain)
  },
)
