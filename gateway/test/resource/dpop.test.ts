/** DPoP at the guarded door (RFC 9449 §7). */
import t from 'tap'
import { sha256 } from '../../src/oauth/token-value.ts'
import { StoreUnavailableError } from '../../src/store/store.ts'
import { type Claims, type DpopKey, dpopKey } from '../support/dpop-key.ts'
import { assertionOf, type GuardedDoor, openGuardedDoor } from '../support/guarded-door.ts'

const POINTER =
  'resource_metadata="http://localhost:3000/.well-known/oauth-protected-resource/mcp", scope="school:read school:write"'
const ALGS = 'algs="ES256 ES384 ES512 PS256 PS384 PS512 RS256 RS384 RS512 EdDSA Ed25519"'
const BODY = '{"jsonrpc":"2.0","id":1,"method":"tools/call"}'

const key = await dpopKey()
const other = await dpopKey()

async function proofFor(
  door: GuardedDoor,
  token: string,
  claims: Partial<Claims> = {},
  signer: DpopKey = key,
): Promise<string> {
  const iat = Math.floor(door.clock.now / 1000)
  return signer.proof({ htm: 'POST', htu: door.urls.resource, ath: sha256(token), iat, ...claims })
}

function call(
  door: GuardedDoor,
  authorization: string | undefined,
  dpop?: string,
  options: { method?: string; path?: string } = {},
) {
  const headers = {
    ...(authorization === undefined ? {} : { authorization }),
    ...(dpop === undefined ? {} : { dpop }),
  }
  const body = options.method === undefined ? { body: BODY } : {}
  return door.call(undefined, { headers, ...body, ...options })
}

t.test('RFC 9449 §7.1: a bound token with its proof passes, once for each proof', async (t) => {
  const door = await openGuardedDoor(t)
  const { token, id } = await door.grant({}, key.jkt)
  for (const scheme of ['DPoP', 'dpop', 'DPOP ']) {
    t.equal((await call(door, `${scheme} ${token}`, await proofFor(door, token))).status, 200)
  }
  t.equal(door.reads, 1, 'the validation is cached, with the key')
  const proof = await proofFor(door, token)
  t.equal((await call(door, `DPoP ${token}`, proof)).status, 200)
  const replayed = await call(door, `DPoP ${token}`, proof)
  t.equal(replayed.status, 401)
  t.equal(
    replayed.headers['www-authenticate'],
    `DPoP ${POINTER}, error="invalid_dpop_proof", ${ALGS}`,
    'RFC 9449 §11.1',
  )
  t.match(replayed.json(), { error: 'invalid_dpop_proof', error_description: /used before/ })
  t.equal(door.mcp.received.length, 4)
  const [received] = door.mcp.received
  t.match(received && assertionOf(received), { grant: id })
  t.notMatch(JSON.stringify(door.mcp.received), proof, 'neither proof nor token goes inward')
  t.notOk(received && 'dpop' in received.headers)
  t.notMatch(JSON.stringify(door.mcp.received), token)
})

t.test('RFC 9449 §7.2, attack: a stolen bound token is refused under Bearer', async (t) => {
  const door = await openGuardedDoor(t)
  const { token } = await door.grant({}, key.jkt)
  const refused = async (title: string) => {
    for (const dpop of [undefined, 'x', await proofFor(door, token, {}, other)]) {
      const { status, headers, json } = await call(door, `Bearer ${token}`, dpop)
      t.equal(status, 401, title)
      t.equal(headers['www-authenticate'], `Bearer ${POINTER}, error="invalid_token"`)
      t.match(json(), { error: 'invalid_token' })
    }
  }
  await refused('as the store has it')
  t.equal((await call(door, `DPoP ${token}`, await proofFor(door, token))).status, 200)
  await refused('as the cache has it')
  t.equal(door.mcp.received.length, 1)
  const mixed = await call(door, `Bearer ${token}`, await proofFor(door, token))
  t.equal(mixed.status, 401, 'even with a good proof: the scheme says what is checked')
})

t.test('RFC 9449 §7.1: a token bound to no key is refused under DPoP', async (t) => {
  const door = await openGuardedDoor(t)
  const { token } = await door.grant()
  const { status, headers } = await call(door, `DPoP ${token}`, await proofFor(door, token))
  t.equal(status, 401)
  t.equal(headers['www-authenticate'], `DPoP ${POINTER}, error="invalid_token", ${ALGS}`)
  t.equal((await call(door, `Bearer ${token}`)).status, 200)
})

t.test('RFC 9449 §4.3 (12), §7.1: a proof of another key is refused', async (t) => {
  const door = await openGuardedDoor(t)
  const { token } = await door.grant({}, key.jkt)
  const theirs = await proofFor(door, token, {}, other)
  const { status, headers } = await call(door, `DPoP ${token}`, theirs)
  t.equal(status, 401)
  t.equal(headers['www-authenticate'], `DPoP ${POINTER}, error="invalid_token", ${ALGS}`)
  t.equal(door.mcp.connections, 0)
})

t.test(
  'RFC 9449 §7.1: no proof, or one that fails a check, is 401 invalid_dpop_proof',
  async (t) => {
    const door = await openGuardedDoor(t)
    const { token } = await door.grant({}, key.jkt)
    const iat = Math.floor(door.clock.now / 1000)
    const bad: Record<string, string | undefined> = {
      'no DPoP header': undefined,
      'no JWT': 'x',
      'another method': await proofFor(door, token, { htm: 'GET' }),
      'another endpoint': await proofFor(door, token, { htu: 'http://localhost:3000/token' }),
      'the other spelling of the URL': await proofFor(door, token, {
        htu: `${door.urls.resource}/`,
      }),
      'what Host says': await proofFor(door, token, { htu: 'http://127.0.0.1/mcp' }),
      'no ath': await proofFor(door, token, { ath: undefined }),
      'another token’s ath': await proofFor(door, `${token}x`),
      'too old': await proofFor(door, token, { iat: iat - 301 }),
      'from the future': await proofFor(door, token, { iat: iat + 61 }),
      'no jti': await proofFor(door, token, { jti: undefined }),
    }
    for (const [what, proof] of Object.entries(bad)) {
      const { status, headers, json } = await call(door, `DPoP ${token}`, proof)
      t.equal(status, 401, what)
      t.equal(
        headers['www-authenticate'],
        `DPoP ${POINTER}, error="invalid_dpop_proof", ${ALGS}`,
        what,
      )
      t.match(json(), { error: 'invalid_dpop_proof' }, what)
    }
    t.equal(door.mcp.connections, 0)
  },
)

t.test('RFC 9449 §4.3 (1), §7.1: two DPoP headers are refused, whichever is good', async (t) => {
  const door = await openGuardedDoor(t)
  const { token } = await door.grant({}, key.jkt)
  const outgoing = door.open({ method: 'POST' })
  outgoing.setHeader('authorization', `DPoP ${token}`)
  outgoing.setHeader('dpop', [await proofFor(door, token), await proofFor(door, token)])
  outgoing.end()
  const { statusCode, headers } = await new Promise<{
    statusCode?: number
    headers: Record<string, unknown>
  }>((resolve) => outgoing.once('response', resolve))
  t.equal(statusCode, 401)
  t.match(headers['www-authenticate'], /^DPoP .*error="invalid_dpop_proof"/)
})

t.test('RFC 9449 §7.1: who uses DPoP is challenged DPoP, all others as ever', async (t) => {
  const door = await openGuardedDoor(t)
  const bare = await call(door, undefined)
  t.equal(bare.headers['www-authenticate'], `Bearer ${POINTER}`)
  const withProof = await call(door, undefined, 'x')
  t.equal(withProof.headers['www-authenticate'], `DPoP ${POINTER}, ${ALGS}`)
  const unknown = await call(door, 'DPoP x', 'x')
  t.equal(unknown.headers['www-authenticate'], `DPoP ${POINTER}, error="invalid_token", ${ALGS}`)
  t.equal(door.reads, 0)
  const { token, id } = await door.grant({}, key.jkt)
  await door.store.revoke(id)
  const revoked = await call(door, `DPoP ${token}`, await proofFor(door, token))
  t.equal(revoked.headers['www-authenticate'], `DPoP ${POINTER}, error="invalid_token", ${ALGS}`)
})

t.test('RFC 9449 §4.3 (9): each spelling of /mcp has its own htu, without the query', async (t) => {
  const door = await openGuardedDoor(t)
  const { token } = await door.grant({}, key.jkt)
  const htu = `${door.urls.resource}/`
  const slash = await proofFor(door, token, { htu })
  t.equal((await call(door, `DPoP ${token}`, slash, { path: '/mcp/?a=b' })).status, 200)
  const get = await proofFor(door, token, { htm: 'GET' })
  t.equal((await call(door, `DPoP ${token}`, get, { method: 'GET' })).status, 200)
})

t.test('only a request whose token and proof are good pays for the check of its jti', async (t) => {
  const door = await openGuardedDoor(t)
  const claims = t.capture(door.store, 'claim', door.store.claim)
  const plain = await door.grant()
  const bound = await door.grant({}, key.jkt)
  await call(door, `Bearer ${plain.token}`)
  await call(door, `Bearer ${plain.token}`, 'x')
  await call(door, `Bearer ${bound.token}`, await proofFor(door, bound.token))
  await call(door, `DPoP ${bound.token}`, 'x')
  await call(door, `DPoP ${bound.token}`, await proofFor(door, bound.token, {}, other))
  t.same(claims(), [])
  const jti = 'as the client chose it'
  await call(door, `DPoP ${bound.token}`, await proofFor(door, bound.token, { jti }))
  const [claimed, ...more] = claims()
  t.match(claimed?.args, ['spent', /^[\w-]{43}$/], 'RFC 9449 §11.1: a hash of it is kept')
  t.same(more, [])
})

t.test('a store that cannot say whether a proof was used is 503, never a yes', async (t) => {
  const door = await openGuardedDoor(t)
  const { token } = await door.grant({}, key.jkt)
  t.intercept(door.store, 'claim', {
    value: async () => {
      throw new StoreUnavailableError(new Error('down'))
    },
  })
  const { status, headers } = await call(door, `DPoP ${token}`, await proofFor(door, token))
  t.equal(status, 503)
  t.match(headers['retry-after'], /^\d+$/)
  t.equal(door.mcp.connections, 0)
})

t.test('a DPoP client is challenged DPoP by mcp’s 403 and when its grant ends', async (t) => {
  const door = await openGuardedDoor(t)
  const { token, id } = await door.grant({ scopeGranted: ['school:read'] }, key.jkt)
  door.mcp.answer = (_request, response) =>
    response
      .writeHead(403, {
        'www-authenticate': 'Bearer error="insufficient_scope", scope="school:write"',
      })
      .end()
  const scope = await call(door, `DPoP ${token}`, await proofFor(door, token))
  t.equal(scope.headers['www-authenticate'], `DPoP ${POINTER}, error="insufficient_scope", ${ALGS}`)
  door.mcp.answer = () => void door.store.revoke(id)
  const ended = await call(door, `DPoP ${token}`, await proofFor(door, token))
  t.equal(ended.status, 401)
  t.equal(ended.headers['www-authenticate'], `DPoP ${POINTER}, error="invalid_token", ${ALGS}`)
})
