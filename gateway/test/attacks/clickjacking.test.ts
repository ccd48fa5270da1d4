/** A page of ours is laid, invisible, under somebody else's button (RFC 9700 §4.16; MCP security best practices). */
import t from 'tap'
import { authorizationUrl, openDoor } from '../support/door.ts'
import { person } from '../support/stub-upstream.ts'

t.test('clickjacking: RFC 9700 §4.16 no page of ours may be framed', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const { url } = authorizationUrl(client)
  const browser = door.browser()
  const consent = await browser.get(url)
  const refused = await browser.submit(consent, 'maybe')
  const forged = await browser.submit(consent, 'allow', { origin: 'https://evil.example' })

  door.upstream.identity = { ...door.upstream.identity, auth_time: 1_700_000_000 }
  const who = await browser.comeBack(await browser.submit(consent, 'allow'))
  const other = door.browser()
  door.upstream.identity = person('valentine', undefined, [])
  const notEnrolled = await other.comeBack(await other.submit(await other.get(url), 'allow'))
  const pages = {
    consent,
    'a page in a frame': await door.app.inject({
      url,
      headers: { 'sec-fetch-dest': 'iframe', 'sec-fetch-site': 'cross-site' },
    }),
    'a wrong answer': refused,
    'a forged answer': forged,
    who,
    notEnrolled,
    'no client': await browser.get('/authorize'),
    'no login': await browser.get('/callback'),
    'too large': await door.post('/authorize/process', { request: 'x'.repeat(70_000) }),
    'not a form': await door.app.inject({
      method: 'POST',
      url: '/authorize/process',
      payload: { a: 1 },
    }),
  }
  t.same(
    Object.values(pages).map(({ statusCode }) => statusCode),
    [200, 200, 400, 403, 200, 403, 400, 400, 413, 415],
  )
  for (const [title, { headers }] of Object.entries(pages)) {
    t.match(headers['content-type'], /^text\/html/, title)
    t.match(headers['content-security-policy'], /(^|; )frame-ancestors 'none'(;|$)/, title)
    t.equal(headers['x-frame-options'], 'DENY', title)
    t.equal(headers['cache-control'], 'no-store', title)
    t.equal(headers['referrer-policy'], 'same-origin', title)
    t.equal(headers['x-content-type-options'], 'nosniff', title)
  }
})

t.test('clickjacking: nothing is pressed by a key, and no script could press it', async (t) => {
  const door = await openDoor(t)
  const page = await door.browser().get(authorizationUrl(await door.register()).url)
  t.match(page.headers['content-security-policy'], "default-src 'none'")
  t.notMatch(page.headers['content-security-policy'], /script-src|unsafe/)
  t.notMatch(page.body, /<script|autofocus|accesskey|http-equiv| on[a-z]+=/i)
})

t.test(
  'clickjacking: the cookie does not come with a frame of another site, nor to a script',
  async (t) => {
    const door = await openDoor(t, {
      PUBLIC_URL: 'https://door.example',
      OIDC_ISSUER: 'https://sso.example',
    })
    const page = await door.app.inject({ url: authorizationUrl(await door.register()).url })
    t.match(page.cookies, [
      { name: /^__Host-bsg-authorize-/, path: '/', httpOnly: true, secure: true, sameSite: 'Lax' },
    ])
    t.notHas(page.cookies[0], { domain: String }, 'no sibling host can set or read it')
  },
)
