/** Headers that keep an answer from being read, framed, kept or guessed at, on every endpoint. */
import t from 'tap'
import { authorizationUrl, openDoor, redemption } from '../support/door.ts'

t.test('RFC 6797 §7.2: HSTS where the door is https, nosniff everywhere', async (t) => {
  const secure = await openDoor(t, {
    PUBLIC_URL: 'https://door.example',
    OIDC_ISSUER: 'https://sso.example',
  })
  const plain = await openDoor(t)
  for (const url of ['/jwks', '/authorize', '/mcp', '/nowhere', '/healthz', '/token']) {
    const { headers } = await secure.app.inject({ url })
    t.match(
      headers,
      { 'strict-transport-security': /^max-age=\d{8}/, 'x-content-type-options': 'nosniff' },
      url,
    )
    t.notOk('strict-transport-security' in (await plain.app.inject({ url })).headers, url)
  }
})

t.test(
  'RFC 6749 §5.1, §5.2, RFC 9700 §4.2.4: what carries a code, a token or an error is not kept',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register()
    const authorized = await door.authorize(client)
    const page = await door.browser().get(authorizationUrl(client).url)
    const error = await door.app.inject({
      url: authorizationUrl(client, { response_type: 'token' }).url,
    })
    for (const [title, { headers }] of [
      ['tokens', await door.post('/token', redemption(client, authorized))],
      ['a refused code', await door.post('/token', redemption(client, authorized))],
      ['the consent page', page],
      ['an error redirect', error],
      ['an error page', await door.app.inject({ url: '/authorize' })],
      ['a challenge', await door.app.inject({ url: '/mcp' })],
    ] as const) {
      t.equal(headers['cache-control'], 'no-store', title)
    }
    t.equal(error.headers['referrer-policy'], 'no-referrer')
    t.equal(page.headers['referrer-policy'], 'same-origin')
  },
)
