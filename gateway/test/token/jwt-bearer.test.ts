/** The grant of identity assertions, at the whole gateway and a company of the test’s own. */
import { createHmac } from 'node:crypto'
import { UnsecuredJWT } from 'jose'
import t from 'tap'
import { startAssertionIssuer } from '../../../test/support/assertion-issuer.ts'
import {
  assertionClaims,
  createClientKey,
  JWT_BEARER,
} from '../../../test/support/client-assertion.ts'
import { parseToken } from '../../src/oauth/token-value.ts'
import { openDoor } from '../support/door.ts'
import { dpopHeader } from '../support/dpop-door.ts'
import { dpopKey } from '../support/dpop-key.ts'
import {
  AUD,
  CLIENTS,
  DESK,
  GRANT,
  openManagedDoor,
  RESOURCE,
  SECRET,
} from '../support/managed-door.ts'

const MINUTE = 60_000

t.test(
  'Enterprise-Managed Authorization §5.2, draft §4.4.3: a short access token, and no refresh token',
  async (t) => {
    const { door, redeem, introspect } = await openManagedDoor(t)
    const answer = await redeem()
    t.equal(answer.statusCode, 200)
    t.equal(answer.headers['cache-control'], 'no-store')
    t.strictSame(
      { ...answer.json(), access_token: '' },
      {
        access_token: '',
        token_type: 'Bearer',
        expires_in: 300,
        scope: 'school:read school:write',
      },
    )
    const { access_token } = answer.json()
    t.match(await introspect(access_token), {
      active: true,
      client_id: 'desk',
      // §5.1: restricted to the resource of the assertion.
      aud: RESOURCE,
    })
    door.clock.now += 5 * MINUTE
    t.same(await introspect(access_token), { active: false })
  },
)

t.test('the grant knows the person, the student and the session of the provider', async (t) => {
  const { door, company, redeem } = await openManagedDoor(t, { ID_JAG_TOKEN_TTL: '60' })
  const answer = await redeem({ sid: 'session-1', auth_time: 1_700_000_000 })
  t.equal(answer.json().expires_in, 60)
  const token = parseToken('access', answer.json().access_token)
  const found = token && (await door.store.find(token))
  t.match(found?.grant, {
    iss: company.issuer,
    sub: 'sub-ender',
    sid: 'session-1',
    auth_time: 1_700_000_000,
    studentId: 'BS-2401',
    roles: ['student'],
    client_id: 'desk',
    client_name: 'Desk assistant',
    resource: RESOURCE,
  })
  const [grant = ''] = await door.store.grantsOf({ iss: company.issuer, sid: 'session-1' })
  t.equal(grant, found?.grant.id, 'a logout of that session finds it')
})

/** What is wrong with each, and the claim or the word that the answer names. */
const MALFORMED: [string, Record<string, unknown>, RegExp][] = [
  ['aud: another server', { aud: 'https://other.example' }, /aud/],
  ['aud: our issuer with a slash', { aud: `${AUD}/` }, /aud/],
  ['aud: our resource', { aud: RESOURCE }, /aud/],
  ['aud: none', { aud: undefined }, /aud/],
  ['aud: an empty list', { aud: [] }, /aud/],
  ['aud: ours and another’s', { aud: [AUD, 'https://other.example'] }, /aud/],
  ['aud: ours twice', { aud: [AUD, AUD] }, /aud/],
  ['aud: a number', { aud: 7 }, /aud/],
  ['client_id: another client', { client_id: 'other' }, /client_id/],
  ['client_id: none', { client_id: undefined }, /client_id/],
  ['client_id: a list', { client_id: ['desk'] }, /client_id/],
  ['sub: none', { sub: undefined }, /sub/],
  ['sub: empty', { sub: '' }, /sub/],
  ['sub: an object', { sub: { id: 'sub-ender' } }, /sub/],
  ['jti: none', { jti: undefined }, /jti/],
  ['jti: empty', { jti: '' }, /jti/],
  ['jti: a number', { jti: 1 }, /jti/],
  ['jti: of 60 kB', { jti: 'j'.repeat(2000) }, /jti/],
  ['exp: none', { exp: undefined }, /exp/],
  ['exp: in words', { exp: '2099-01-01' }, /exp/],
  ['iat: none', { iat: undefined }, /iat/],
  ['iat: in words', { iat: 'yesterday' }, /iat/],
  ['resource: another server', { resource: 'https://other.example/mcp' }, /resource/],
  [
    'resource: ours and another’s',
    { resource: [RESOURCE, 'https://other.example/mcp'] },
    /resource/,
  ],
  ['resource: an empty list', { resource: [] }, /resource/],
  ['resource: a number', { resource: 1 }, /resource/],
  ['scope: another server’s', { scope: 'chat.read' }, /scope/],
  ['scope: empty', { scope: '' }, /scope/],
  ['scope: a list', { scope: ['school:read'] }, /scope/],
  ['cnf: without a thumbprint', { cnf: {} }, /cnf/],
  ['tenant: a subject beside others of the same name', { tenant: 'acme' }, /tenant/],
  [
    'authorization_details: less than a scope',
    { authorization_details: [] },
    /authorization_details/,
  ],
]

t.test(
  'draft §4.4.1, Enterprise-Managed Authorization §7.6.2: a claim that is missing, malformed or another’s is invalid_grant',
  async (t) => {
    const { door, redeem } = await openManagedDoor(t)
    for (const [what, claims, said] of MALFORMED) {
      const answer = await redeem(claims)
      t.match([answer.statusCode, answer.json().error], [400, 'invalid_grant'], what)
      t.match(answer.json().error_description, said, what)
    }
    t.same(
      door.logs.filter((line) => /assertion_redeemed|grant_opened/.test(line)),
      [],
    )
    t.equal(
      door.logs.filter((line) => line.includes('"audit":"assertion_refused"')).length,
      MALFORMED.length,
    )
    t.equal((await redeem()).statusCode, 200, 'and an honest one is taken')
  },
)

t.test('draft §4.4.1: aud may be a list of our issuer alone', async (t) => {
  const { redeem } = await openManagedDoor(t)
  t.equal((await redeem({ aud: [AUD] })).statusCode, 200)
})

t.test(
  'draft §3.1: resource may be left out, a list of ours, or another spelling of it',
  async (t) => {
    const { redeem } = await openManagedDoor(t)
    for (const resource of [undefined, [RESOURCE], `${RESOURCE}/`]) {
      t.equal((await redeem({ resource })).statusCode, 200, String(resource))
    }
  },
)

t.test('draft §3.1, RFC 8725 §3.11: typ has to be oauth-id-jag+jwt', async (t) => {
  const { redeem } = await openManagedDoor(t)
  for (const typ of ['JWT', 'at+jwt', 'logout+jwt', 'id-jag+jwt', undefined]) {
    const answer = await redeem({}, {}, { typ })
    t.match([answer.statusCode, answer.json().error], [400, 'invalid_grant'], String(typ))
    t.match(answer.json().error_description, /type/)
  }
  t.equal((await redeem({}, {}, { typ: 'application/oauth-id-jag+jwt' })).statusCode, 200)
})

t.test(
  'Enterprise-Managed Authorization §7.4.1: forged, unsigned, or signed by somebody else: invalid_grant, the same words',
  async (t) => {
    const { door, company, claims, present } = await openManagedDoor(t)
    const stranger = await createClientKey('company')
    const honest = await company.sign(claims())
    const [header, payload] = honest.split('.')
    const hmac = (secret: string) => {
      const head = Buffer.from(
        JSON.stringify({ alg: 'HS256', typ: 'oauth-id-jag+jwt', kid: 'company' }),
      ).toString('base64url')
      const input = `${head}.${payload}`
      return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
    }
    const elsewhere = await startAssertionIssuer(t)
    const jwks = JSON.stringify(await (await fetch(`${company.issuer}/jwks`)).json())
    const said = new Set<string>()
    for (const [what, assertion] of [
      [
        'another key under the same name',
        await stranger.sign(claims(), { typ: 'oauth-id-jag+jwt' }),
      ],
      ['an issuer that nobody trusts', await elsewhere.sign(claims({ iss: elsewhere.issuer }))],
      ['no issuer', await company.sign(claims({ iss: undefined }))],
      ['an issuer in a list', await company.sign(claims({ iss: [company.issuer] }))],
      ['alg none', new UnsecuredJWT(claims()).encode()],
      ['alg HS256 with the public key', hmac(jwks)],
      ['alg HS256 with the client’s secret', hmac(SECRET)],
      ['cut off', `${header}.${payload}.`],
      ['not a JWT', 'an assertion'],
      ['two dots', '..'],
      ['encrypted', 'a.b.c.d.e'],
    ] as const) {
      const answer = await present(assertion)
      t.match([answer.statusCode, answer.json().error], [400, 'invalid_grant'], what)
      said.add(answer.json().error_description)
    }
    t.equal(said.size, 1, 'nothing tells whom we trust (draft §8.4)')
    t.same(elsewhere.asked, [], 'nobody is asked who is not trusted')
    t.notMatch(door.logs.join(''), honest)
  },
)

t.test(
  'RFC 7523 §3 (4), (5): the time, with a minute between clocks and an explanation beyond',
  async (t) => {
    const { door, redeem } = await openManagedDoor(t)
    const now = Math.floor(door.clock.now / 1000)
    for (const [what, claims, said] of [
      ['ended a minute ago', { exp: now - 59 }, undefined],
      ['ended before that', { exp: now - 61 }, /expired/],
      ['issued in a minute', { iat: now + 60 }, undefined],
      ['issued after that', { iat: now + 61 }, /clocks differ by more than 60 s/],
      ['not yet good', { nbf: now + 120 }, /nbf/],
      ['good for an hour', { exp: now + 3600 }, undefined],
      ['good for more', { exp: now + 3601 }, /more than an hour/],
      ['begun long ago, to end soon', { iat: now - 4000, exp: now + 60 }, /more than an hour/],
    ] as const) {
      const answer = await redeem(claims)
      if (said === undefined) t.equal(answer.statusCode, 200, what)
      else {
        t.match([answer.statusCode, answer.json().error], [400, 'invalid_grant'], what)
        t.match(answer.json().error_description, said, what)
      }
    }
  },
)

t.test(
  'Enterprise-Managed Authorization §7.4.2: an assertion is good once, for as long as it could pass',
  async (t) => {
    const { door, company, claims, present, redeem } = await openManagedDoor(t)
    const assertion = await company.sign(claims())
    const race = await Promise.all(Array.from({ length: 10 }, () => present(assertion)))
    t.equal(race.filter(({ statusCode }) => statusCode === 200).length, 1)
    t.match(race.find(({ statusCode }) => statusCode === 400)?.json(), {
      error: 'invalid_grant',
      error_description: /used before/,
    })
    // To its last moment, a minute of skew included.
    door.clock.now += 6 * MINUTE - 1000
    t.match((await present(assertion)).json(), { error_description: /used before/ })
    t.equal((await redeem({ jti: 'one' })).statusCode, 200)
    t.match((await redeem({ jti: 'one', sub: 'somebody else' })).json(), {
      error_description: /used before/,
    })
  },
)

t.test('draft §4.4.1: another client’s assertion is refused, and not used up', async (t) => {
  const { company, claims, present } = await openManagedDoor(t)
  const assertion = await company.sign(claims())
  const thief = { client_id: 'other', client_secret: SECRET }
  t.match((await present(assertion, thief)).json(), { error: 'invalid_grant' })
  t.equal((await present(assertion)).statusCode, 200)
})

t.test('draft §8.1: only a client that proves itself, and that has the grant type', async (t) => {
  const { door, company, claims, present } = await openManagedDoor(t)
  const assertion = await company.sign(claims())
  t.match((await present(assertion, { client_secret: 'wrong' })).json(), {
    error: 'invalid_client',
  })
  t.match((await present(assertion, { client_id: 'plain' })).json(), {
    error: 'unauthorized_client',
  })
  const open = await door.register({ grant_types: [GRANT] })
  t.same((open as { grant_types?: string[] }).grant_types, ['authorization_code', 'refresh_token'])
  const asPublic = { grant_type: GRANT, assertion, client_id: open.client_id }
  t.match((await door.post('/token', asPublic)).json(), { error: 'unauthorized_client' })
  t.equal((await present(assertion)).statusCode, 200)
})

t.test('a confidential client may register for it (RFC 7591)', async (t) => {
  const { door, redeem } = await openManagedDoor(t)
  const client = await door.register({
    token_endpoint_auth_method: 'client_secret_basic',
    grant_types: ['authorization_code', 'refresh_token', GRANT],
  })
  const { client_id, client_secret = '' } = client
  t.strictSame((client as { grant_types?: string[] }).grant_types, [
    'authorization_code',
    'refresh_token',
    GRANT,
  ])
  t.equal((await redeem({ client_id }, { client_id, client_secret })).statusCode, 200)
})

t.test(
  'Enterprise-Managed Authorization §5: a client that nobody registered: its document, and private_key_jwt',
  async (t) => {
    const { door, company, claims } = await openManagedDoor(t)
    const client_id = 'https://agent.example.com/client.json'
    const key = await createClientKey()
    const document = {
      client_id,
      redirect_uris: ['https://agent.example.com/callback'],
      token_endpoint_auth_method: 'private_key_jwt',
      grant_types: ['authorization_code', 'refresh_token', GRANT],
      jwks: { keys: [key.jwk] },
    }
    door.documents.set(client_id, { document, freshFor: undefined })
    const request = async () => ({
      grant_type: GRANT,
      assertion: await company.sign(claims({ client_id })),
      client_assertion_type: JWT_BEARER,
      client_assertion: await key.sign(assertionClaims(client_id, AUD, door.clock.now)),
    })
    t.equal((await door.post('/token', await request())).statusCode, 200)
    const bare = { ...(await request()), client_id }
    const { client_assertion: _, client_assertion_type: __, ...unproven } = bare
    t.match((await door.post('/token', unproven)).json(), { error: 'invalid_client' })
  },
)

t.test(
  'Enterprise-Managed Authorization §7.2.1: no more than the assertion has, than was asked, and than the role may',
  async (t) => {
    const { redeem } = await openManagedDoor(t)
    const instructor = {
      sub: 'sub-graff',
      student_id: undefined,
      realm_access: { roles: ['instructor'] },
    }
    for (const [assertion, asked, given] of [
      [{ scope: 'school:read' }, undefined, 'school:read'],
      [{ scope: 'school:read' }, 'school:read school:write', 'school:read'],
      [{}, 'school:write', 'school:write'],
      [{ scope: undefined }, 'school:read', 'school:read'],
      [{ scope: undefined }, undefined, 'school:read school:write'],
      [{ scope: 'openid school:read' }, undefined, 'school:read'],
      [{ scope: 'school:read school:instruct' }, undefined, 'school:read'],
      [
        { ...instructor, scope: 'school:read school:instruct' },
        undefined,
        'school:read school:instruct',
      ],
      [{ ...instructor, scope: 'school:read' }, undefined, 'school:read'],
      [{ ...instructor, scope: undefined }, undefined, 'school:read school:write school:instruct'],
    ] as const) {
      const answer = await redeem(assertion, asked === undefined ? {} : { scope: asked })
      t.equal(answer.json().scope, given, JSON.stringify([assertion, asked]))
    }
    const none = await redeem({ scope: 'school:read' }, { scope: 'school:write' })
    t.match([none.statusCode, none.json().error], [400, 'invalid_scope'])
  },
)

t.test('RFC 8707 §2: another resource in the request is invalid_target', async (t) => {
  const { redeem } = await openManagedDoor(t)
  const answer = await redeem({}, { resource: 'https://other.example/mcp' })
  t.match([answer.statusCode, answer.json().error], [400, 'invalid_target'])
})

t.test('RFC 7521 §4.1: without an assertion, or with two, it is invalid_request', async (t) => {
  const { door, present } = await openManagedDoor(t)
  t.match((await present('')).json(), { error: 'invalid_request' })
  const { client_id, client_secret } = DESK
  const form = new URLSearchParams({ grant_type: GRANT, client_id, client_secret })
  form.append('assertion', 'one')
  form.append('assertion', 'two')
  t.match((await door.post('/token', form.toString())).json(), { error: 'invalid_request' })
})

t.test('who is not trusted by configuration is not offered: unsupported_grant_type', async (t) => {
  const door = await openDoor(t, { CLIENTS })
  const { client_id, client_secret } = DESK
  const request = { grant_type: GRANT, assertion: 'x', client_id, client_secret }
  t.match((await door.post('/token', request)).json(), { error: 'unsupported_grant_type' })
  const confidential = await door.register({
    token_endpoint_auth_method: 'client_secret_post',
    grant_types: [GRANT],
  })
  t.same((confidential as { grant_types?: string[] }).grant_types, [
    'authorization_code',
    'refresh_token',
  ])
})

t.test(
  'draft §8.6.1.2: an assertion that is bound to a key is used with a proof of it',
  async (t) => {
    const { door, company, claims, introspect } = await openManagedDoor(t)
    const [key, other] = [await dpopKey(), await dpopKey()]
    const { client_id, client_secret } = DESK
    const send = async (assertion: string, by?: typeof key) =>
      door.post(
        '/token',
        { grant_type: GRANT, assertion, client_id, client_secret },
        by && (await dpopHeader(door, by, '/token')),
      )
    const bound = await company.sign(claims({ cnf: { jkt: key.jkt } }))
    for (const thief of [undefined, other]) {
      t.match((await send(bound, thief)).json(), {
        error: 'invalid_grant',
        error_description: /DPoP/,
      })
    }
    const answer = await send(bound, key)
    t.match([answer.statusCode, answer.json().token_type], [200, 'DPoP'])
    t.match(await introspect(answer.json().access_token), { cnf: { jkt: key.jkt } })
    const free = await send(await company.sign(claims()), other)
    t.match([free.statusCode, free.json().token_type], [200, 'DPoP'], '§8.6.1.2: the proof’s key')
  },
)

t.test(
  'a company that does not answer is 503 with Retry-After, one that lies about itself 500: never the client’s fault',
  async (t) => {
    for (const [what, documents, status, error] of [
      ['down', { status: 503 }, 503, 'temporarily_unavailable'],
      ['another issuer', { metadata: { issuer: 'https://evil.example' } }, 500, 'server_error'],
      ['an issuer with a slash', { metadata: { issuer: 'SLASH' } }, 500, 'server_error'],
      [
        'keys over http',
        { metadata: { jwks_uri: 'http://keys.example/jwks' } },
        500,
        'server_error',
      ],
      ['no keys', { metadata: { jwks_uri: undefined } }, 500, 'server_error'],
      ['no key set', { jwks: { keys: 'none' } }, 500, 'server_error'],
      ['no such document', { status: 404 }, 500, 'server_error'],
      ['a redirect', { status: 302 }, 500, 'server_error'],
    ] as const) {
      const { company, redeem } = await openManagedDoor(t)
      company.documents = documents as typeof company.documents
      if (what === 'an issuer with a slash') {
        company.documents = { metadata: { issuer: `${company.issuer}/` } }
      }
      const answer = await redeem()
      t.match([answer.statusCode, answer.json().error], [status, error], what)
      if (status === 503) t.ok(answer.headers['retry-after'])
      t.notMatch(answer.body, company.issuer)
    }
  },
)

t.test('a person has so many grants at one client, and the oldest go first', async (t) => {
  const { door, redeem, introspect } = await openManagedDoor(t, { GRANTS_PER_CLIENT: '2' })
  const tokens: string[] = []
  for (let made = 0; made < 3; made++) {
    tokens.push((await redeem()).json().access_token)
    door.clock.now += 1000
  }
  const active = await Promise.all(tokens.map(async (token) => (await introspect(token)).active))
  t.same(active, [false, true, true])
})

t.test(
  'attack: a burst of assertions ends no grant that the person consented to, nor the other way round',
  async (t) => {
    const { door, redeem, introspect } = await openManagedDoor(t, { GRANTS_PER_CLIENT: '2' })
    const consented = [await door.connect(DESK)]
    door.clock.now += 1000
    consented.push(await door.connect(DESK))
    door.clock.now += MINUTE
    const asserted: string[] = []
    for (let made = 0; made < 3; made++) {
      asserted.push((await redeem()).json().access_token)
      door.clock.now += 1000
    }
    const active = async (tokens: string[]) =>
      Promise.all(tokens.map(async (token) => (await introspect(token)).active))
    t.same(await active(asserted), [false, true, true])
    t.same(await active(consented.map(({ access_token }) => access_token)), [true, true])
    consented.push(await door.connect(DESK))
    t.same(await active(consented.map(({ access_token }) => access_token)), [false, true, true])
    t.same(await active(asserted), [false, true, true])
  },
)

t.test('RFC 7009: its token is revoked like any other', async (t) => {
  const { door, redeem, introspect } = await openManagedDoor(t)
  const { access_token } = (await redeem()).json()
  const { client_id, client_secret } = DESK
  await door.post('/revoke', { client_id, client_secret, token: access_token })
  t.same(await introspect(access_token), { active: false })
})

t.test(
  'OpenID Connect Back-Channel Logout §2.7: a logout ends what an assertion gave, and what one from before it would give',
  async (t) => {
    for (const [what, who] of [
      ['the person', { sub: 'sub-ender' }],
      ['the session', { sid: 'session-1', sub: 'sub-ender' }],
    ] as const) {
      const { door, company, claims, present, redeem, introspect } = await openManagedDoor(t)
      const { access_token } = (await redeem({ sid: 'session-1' })).json()
      const unused = await company.sign(claims({ sid: 'session-1' }))
      // A company that names no session in its assertions.
      const silent = await company.sign(claims())
      door.clock.now += 5_000
      const logout_token = JSON.stringify({ iss: company.issuer, jti: what, ...who })
      const answer = await door.post('/backchannel-logout', { logout_token })
      t.equal(answer.statusCode, 200)
      t.same(await introspect(access_token), { active: false }, what)
      door.clock.now += 5_000
      for (const assertion of [unused, silent]) {
        const late = await present(assertion)
        t.match([late.statusCode, late.json().error], [400, 'invalid_grant'], what)
        t.notOk('access_token' in late.json())
      }
      // Of a person whose every session ended nobody knows it sooner: the clocks may differ by a minute.
      if (what === 'the person') door.clock.now += MINUTE
      t.equal((await redeem({ sid: 'session-2' })).statusCode, 200, 'a new login is no old one')
    }
  },
)

t.test(
  'attack: the company’s clock is ahead, so that what it said before a logout or a demotion looks as if it came after',
  async (t) => {
    for (const ahead of [0, 30, 60]) {
      const { door, company, claims, present, redeem } = await openManagedDoor(t)
      const made = Math.floor(door.clock.now / 1000) + ahead
      const early = await company.sign(claims({ iat: made, exp: made + 300 }))
      door.clock.now += 1000
      const logout_token = JSON.stringify({ iss: company.issuer, jti: 'j', sub: 'sub-ender' })
      await door.post('/backchannel-logout', { logout_token })
      door.clock.now += 2 * MINUTE
      const late = await present(early)
      t.match([late.statusCode, late.json().error], [400, 'invalid_grant'], `${ahead} s`)
      t.match(late.json().error_description, /logged out/)
      t.equal((await redeem()).statusCode, 200, 'a new one is taken')
    }

    const { door, company, claims, present, redeem, introspect } = await openManagedDoor(t)
    const made = Math.floor(door.clock.now / 1000) + 60
    const teacher = { realm_access: { roles: ['student', 'instructor'] }, scope: undefined }
    const early = await company.sign(claims({ ...teacher, iat: made, exp: made + 300 }))
    await redeem(teacher)
    door.clock.now += 1000
    // The company took the role away, and the person logged in since.
    await door.connect(DESK)
    door.clock.now += 2 * MINUTE
    const { access_token } = (await present(early)).json()
    t.notMatch((await introspect(access_token)).scope, /instruct/)
  },
)

t.test(
  'OpenID Connect Back-Channel Logout §2.7: in the minute after a person was logged out an assertion waits, and is told why',
  async (t) => {
    const { door, company, redeem } = await openManagedDoor(t)
    const logout_token = JSON.stringify({ iss: company.issuer, jti: 'j', sub: 'sub-ender' })
    await door.post('/backchannel-logout', { logout_token })
    door.clock.now += MINUTE
    t.match((await redeem()).json(), {
      error: 'invalid_grant',
      error_description: /in the minute before: get a new one/,
    })
    t.equal(door.logs.filter((line) => line.includes('"audit":"assertion_refused"')).length, 1)
    door.clock.now += 1000
    t.equal((await redeem()).statusCode, 200)
  },
)
