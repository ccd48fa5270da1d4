import t from 'tap'
import { parseToken } from '../../src/oauth/token-value.ts'
import { UpstreamError } from '../../src/upstream/upstream.ts'
import { authorizationUrl, CLAUDE, openDoor, sealedRequest } from '../support/door.ts'
import { person } from '../support/stub-upstream.ts'

t.test(
  'a person allows a client and it gets a code, with state and iss (RFC 6749 §4.1.2, RFC 9207 §2)',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register({ client_name: 'Claude' })
    const browser = door.browser()
    const consent = await browser.get(authorizationUrl(client).url)
    t.equal(consent.statusCode, 200)
    t.match(consent.body, /Claude/)
    t.match(consent.body, /claude\.ai/)
    const toProvider = await browser.submit(consent, 'allow')
    t.equal(toProvider.statusCode, 303)
    const back = await browser.comeBack(toProvider)
    t.equal(back.statusCode, 303, 'C39')
    const redirect = new URL(String(back.headers.location))
    t.equal(redirect.origin + redirect.pathname, CLAUDE)
    t.match(redirect.searchParams.get('code'), /^bsg_ac_/)
    t.equal(redirect.searchParams.get('state'), 'state-of-the-client')
    t.equal(redirect.searchParams.get('iss'), 'http://localhost:3000')
    t.equal([...redirect.searchParams].length, 3, 'and nothing else, no challenge (RFC 7636 §4.4)')
    t.same([...browser.cookies], [], 'the transaction’s cookie is gone')
  },
)

t.test(
  'RFC 6749 §4.1.2.1: until client and redirect URI are proven an error is a page, not a redirect',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register()
    for (const [title, more] of [
      ['no client_id', { client_id: undefined }],
      ['unknown client', { client_id: 'bsg_client_unknown' }],
      ['a hostile client id', { client_id: '__proto__' }],
      ['another redirect URI', { redirect_uri: 'https://evil.example/cb' }],
      ['a script', { redirect_uri: 'javascript:alert(1)' }],
      ['with user info', { redirect_uri: 'https://claude.ai@evil.example/api/mcp/auth_callback' }],
      ['a longer path', { redirect_uri: `${CLAUDE}/x` }],
    ] as const) {
      const response = await door.browser().get(authorizationUrl(client, more).url)
      t.equal(response.statusCode, 400, title)
      t.equal(response.headers.location, undefined, title)
      t.match(response.headers['content-type'], /text\/html/, title)
      t.equal(response.headers['set-cookie'], undefined, title)
    }
    const twice = `${authorizationUrl(client).url}&redirect_uri=${encodeURIComponent(CLAUDE)}`
    t.equal((await door.browser().get(twice)).statusCode, 400, 'redirect_uri repeated')
  },
)

t.test('afterwards an error is a 303 with error, state and iss', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  for (const [error, more] of [
    ['unsupported_response_type', { response_type: 'token' }],
    ['invalid_request', { response_type: undefined }],
    ['invalid_request', { response_mode: 'fragment' }],
    ['invalid_request', { code_challenge: undefined }],
    ['invalid_request', { code_challenge: 'short' }],
    ['invalid_request', { code_challenge_method: 'plain' }],
    ['invalid_request', { code_challenge_method: undefined }],
    ['invalid_target', { resource: 'https://evil.example/mcp' }],
    ['interaction_required', { prompt: 'none' }],
    ['request_not_supported', { request: 'eyJ' }],
    ['request_uri_not_supported', { request_uri: 'urn:x' }],
  ] as const) {
    const response = await door.browser().get(authorizationUrl(client, more).url)
    t.equal(response.statusCode, 303, error)
    const redirect = new URL(String(response.headers.location))
    t.equal(redirect.origin + redirect.pathname, CLAUDE)
    t.equal(redirect.searchParams.get('error'), error)
    t.match(redirect.searchParams.get('error_description'), /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
    t.equal(redirect.searchParams.get('state'), 'state-of-the-client')
    t.equal(redirect.searchParams.get('iss'), 'http://localhost:3000')
    t.equal(redirect.searchParams.get('code'), null)
  }
  const repeated = await door.browser().get(`${authorizationUrl(client).url}&scope=a&scope=b`)
  t.match(String(repeated.headers.location), /error=invalid_request/)
  const states = await door.browser().get(`${authorizationUrl(client).url}&state=other`)
  t.equal(new URL(String(states.headers.location)).searchParams.get('state'), null)
})

t.test(
  'C34, C36: prompt=consent, unknown parameters, scopes and identical resources pass',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register()
    const more = { prompt: 'consent', audience: 'x', nonce: 'y', scope: ' claudeai offline_access' }
    const resource = encodeURIComponent('http://localhost:3000/mcp')
    const { url } = authorizationUrl(client, more)
    const browser = door.browser()
    const page = await browser.get(`${url}&resource=${resource}&resource=${resource}`)
    t.equal(page.statusCode, 200)
    await browser.submit(page, 'allow')
    t.equal(door.upstream.logins[0]?.prompt, undefined, 'prompt=consent never goes upstream')
  },
)

t.test('C37: state returns byte for byte', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  for (const state of [
    'a+b/c==',
    'https://x/?a=b&c=d#e',
    'user:server',
    'x y',
    '상태',
    'z'.repeat(3000),
  ]) {
    const { redirect } = await door.authorize(client, { state })
    t.equal(redirect.searchParams.get('state'), state, state.slice(0, 20))
  }
})

t.test('RFC 3986 §3.4: a raw question mark in the query is part of it', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const { url } = authorizationUrl(client, { state: undefined })
  const browser = door.browser()
  const page = await browser.get(`${url.replace('?', '?state=a?b&')}&ui_locales=ko`)
  t.match(page.body, /lang="ko"/, 'what follows it is read')
  const toProvider = await browser.submit(page, 'allow')
  const upstreamState = new URL(String(toProvider.headers.location)).searchParams.get('state')
  const back = await browser.get(`/callback?code=a?b&state=${upstreamState}`)
  t.match(String(back.headers.location), /code=bsg_ac_.*&state=a%3Fb&/)
})

t.test('the redirect URI keeps its own query (RFC 6749 §3.1.2)', async (t) => {
  const door = await openDoor(t)
  const client = await door.register({ redirect_uris: ['https://client.example/cb?tenant=a%2Fb'] })
  const { redirect, code } = await door.authorize(client)
  t.match(redirect.href, /^https:\/\/client\.example\/cb\?tenant=a%2Fb&code=bsg_ac_/)
  t.match(code, /^bsg_ac_/)
})

t.test(
  'Cancel sends access_denied with state and iss, and the provider never hears of it',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register()
    const browser = door.browser()
    const response = await browser.submit(await browser.get(authorizationUrl(client).url), 'cancel')
    t.equal(response.statusCode, 303)
    t.match(
      String(response.headers.location),
      /error=access_denied&.*state=state-of-the-client&iss=/,
    )
    t.same(door.upstream.logins, [])
  },
)

t.test('a form that is forged, of another purpose or too old is refused', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const browser = door.browser()
  const page = await browser.get(authorizationUrl(client).url)
  for (const request of ['', 'x', `${sealedRequest(page)}A`, sealedRequest(page).slice(0, -2)]) {
    const response = await browser.request({
      method: 'POST',
      url: '/authorize/process',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        origin: 'http://localhost:3000',
      },
      payload: new URLSearchParams({ request, decision: 'allow' }).toString(),
    })
    t.equal(response.statusCode, 400, request.slice(0, 5))
  }
  t.equal((await browser.submit(page, 'maybe')).statusCode, 400, 'no such decision')
  door.clock.now += 901_000
  t.equal((await browser.submit(page, 'allow')).statusCode, 400, 'LOGIN_TTL is over')
})

t.test('what the provider answers reaches the client in our words', async (t) => {
  for (const [kind, error] of [
    ['declined', 'access_denied'],
    ['invalid', 'access_denied'],
    ['unavailable', 'temporarily_unavailable'],
    ['misconfigured', 'server_error'],
  ] as const) {
    const door = await openDoor(t)
    const client = await door.register()
    const browser = door.browser()
    const toProvider = await browser.submit(
      await browser.get(authorizationUrl(client).url),
      'allow',
    )
    door.upstream.failure = new UpstreamError(kind, 'secret words of the provider')
    const redirect = new URL(String((await browser.comeBack(toProvider)).headers.location))
    t.equal(redirect.searchParams.get('error'), error, kind)
    t.equal(redirect.searchParams.get('state'), 'state-of-the-client')
    t.notMatch(redirect.href, /secret/)
  }
})

t.test('a dead provider at Allow is a 503 page, and Allow works once it is back', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const browser = door.browser()
  const page = await browser.get(authorizationUrl(client).url)
  door.upstream.failure = new UpstreamError('unavailable', 'connection refused')
  const down = await browser.submit(page, 'allow')
  t.equal(down.statusCode, 503)
  t.ok(down.headers['retry-after'])
  door.upstream.failure = undefined
  t.equal((await browser.submit(page, 'allow')).statusCode, 303)
})

t.test(
  'a login older than the transaction, to come, or without auth_time, is confirmed by the person',
  async (t) => {
    for (const auth_time of [1_700_000_000, 1e300, undefined]) {
      const door = await openDoor(t)
      const client = await door.register()
      const { identity } = door.upstream
      door.upstream.identity = { ...identity, ...{ auth_time } } as typeof identity
      const browser = door.browser()
      const toProvider = await browser.submit(
        await browser.get(authorizationUrl(client).url),
        'allow',
      )
      const page = await browser.comeBack(toProvider)
      t.equal(page.statusCode, 200)
      t.match(page.body, /ender/)
      const [proof] = page.cookies
      t.match(proof, { maxAge: door.config.LOGIN_TTL }, 'the cookie lives as long as the page')
      t.equal(proof?.value, browser.cookies.get(String(proof?.name)))
      t.same(await door.store.grantsOf({ client_id: client.client_id }), [], 'nothing is bound yet')
      const stranger = door.browser()
      t.equal((await stranger.submit(page, 'continue')).statusCode, 400, 'another browser')
      const answer = await browser.submit(page, 'continue')
      t.match(String(answer.headers.location), /code=bsg_ac_/)
      t.equal((await browser.submit(page, 'continue')).statusCode, 400, 'once')
    }
  },
)

t.test('another account: a new login with prompt=login, in a transaction of its own', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const { browser, page } = await door.askWho(client)
  const again = await browser.submit(page, 'switch')
  t.equal(again.statusCode, 303)
  t.equal(door.upstream.logins[1]?.prompt, 'login')
  t.not(door.upstream.logins[1]?.state, door.upstream.logins[0]?.state)
  door.upstream.identity = person('bean', 'BS-2507', ['student'])
  const back = await browser.comeBack(again)
  t.match(String(back.headers.location), /code=bsg_ac_/)
  const [grantId] = await door.store.grantsOf({ client_id: client.client_id })
  t.ok(grantId)
})

t.test('cancel on the person page is access_denied', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const { browser, page } = await door.askWho(client)
  const answer = await browser.submit(page, 'cancel')
  t.match(String(answer.headers.location), /error=access_denied/)
})

t.test('CONFIRM_PERSON=off does not ask', async (t) => {
  const door = await openDoor(t, { CONFIRM_PERSON: 'off' })
  const client = await door.register()
  door.upstream.identity = { ...door.upstream.identity, auth_time: 1_700_000_000 }
  t.match((await door.authorize(client)).code, /^bsg_ac_/)
})

t.test(
  'who is not enrolled sees whom to ask, and one way back with access_denied, state and iss',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register()
    door.upstream.identity = person('valentine', undefined, [])
    const browser = door.browser()
    const toProvider = await browser.submit(
      await browser.get(authorizationUrl(client).url),
      'allow',
    )
    const page = await browser.comeBack(toProvider)
    t.equal(page.statusCode, 403)
    t.match(page.body, /Major Anderson/)
    const [, number] = /<code>(req-[^<]+)<\/code>/.exec(page.body) ?? []
    const reasons = door.logs
      .map((line) => JSON.parse(line) as { reqId?: string; enrolment?: unknown })
      .filter(({ reqId, enrolment }) => reqId === number && enrolment !== undefined)
    t.match(reasons, [{ enrolment: { reason: 'no_role' } }], 'why is under that number in the log')
    const href = /href="([^"]*error=access_denied[^"]*)"/
      .exec(page.body)?.[1]
      ?.replaceAll('&amp;', '&')
    const back = new URL(href ?? '')
    t.equal(back.origin + back.pathname, CLAUDE)
    t.equal(back.searchParams.get('state'), 'state-of-the-client')
    t.equal(back.searchParams.get('iss'), 'http://localhost:3000')
    t.same(await door.store.grantsOf({ client_id: client.client_id }), [])
  },
)

t.test('at most eight transactions are open in one browser; the oldest cookies go', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const browser = door.browser()
  const { url } = authorizationUrl(client)
  const first = await browser.get(url)
  for (let i = 0; i < 9; i++) {
    door.clock.now += 1000
    await browser.get(url)
  }
  t.equal(browser.cookies.size, 8)
  t.equal((await browser.submit(first, 'allow')).statusCode, 400, 'the first page’s cookie is gone')
  const last = await browser.get(url)
  t.equal((await browser.submit(last, 'allow')).statusCode, 303)
})

t.test(
  'cookies: __Host-, Secure, HttpOnly, SameSite=Lax on https; a plain name on http loopback',
  async (t) => {
    const open = await openDoor(t, {
      PUBLIC_URL: 'https://door.example',
      OIDC_ISSUER: 'https://sso.example',
    })
    const client = await open.register()
    const page = await open.app.inject({ url: authorizationUrl(client).url })
    t.match(
      page.headers['set-cookie'],
      /^__Host-bsg-authorize-[\w-]{22}=.*Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    )
    const local = await openDoor(t)
    const plain = await local.app.inject({ url: authorizationUrl(await local.register()).url })
    t.match(plain.headers['set-cookie'], /^bsg-authorize-[\w-]{22}=.*HttpOnly; SameSite=Lax$/)
    t.notMatch(plain.headers['set-cookie'], /Secure/)
  },
)

t.test(
  'the provider’s tokens are stored encrypted, and no log line holds a code, token or state',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register()
    const tokens = await door.connect(client)
    const access = parseToken('access', tokens.access_token)
    const grant = JSON.stringify(access && (await door.store.find(access))?.grant)
    t.match(grant, /upstreamRefreshToken.*upstreamIdToken/)
    t.notMatch(grant, /(id|refresh)-token-of-ender/)
    const logs = door.logs.join('')
    t.match(logs, /grant_opened/)
    t.match(logs, /code_redeemed/)
    for (const secret of [
      tokens.code,
      tokens.access_token,
      tokens.refresh_token,
      tokens.verifier,
      'state-of-the-client',
      'id-token-of-ender',
      'refresh-token-of-ender',
    ]) {
      t.notMatch(logs, secret)
    }
  },
)

t.test('a body over 64 KiB is 413, another content type is a 4xx, a page each', async (t) => {
  const door = await openDoor(t)
  const headers = { origin: 'http://localhost:3000' }
  const large = await door.post('/authorize/process', { request: 'x'.repeat(70_000) }, headers)
  t.equal(large.statusCode, 413)
  const json = await door.app.inject({
    method: 'POST',
    url: '/authorize/process',
    headers,
    payload: { request: 'x' },
  })
  t.ok(json.statusCode >= 400 && json.statusCode < 500)
  t.match(large.headers['content-type'], /text\/html/)
})
