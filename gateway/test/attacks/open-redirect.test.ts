/** The door sends a browser to an address that somebody else wrote (RFC 9700 §4.1, §4.11; CVE-2025-4143, CVE-2026-3872). */
import t, { type Test } from 'tap'
import { authorizationUrl, CLAUDE, type Door, openDoor } from '../support/door.ts'
import { EVIL, lookAlikes, notAsRegistered, tricks } from './redirect-uri-tricks.ts'

for (const [family, uris] of Object.entries(tricks)) {
  t.test(
    `open redirect: ${family}: an address that is not the registered one is a page`,
    async (t) => {
      const door = await openDoor(t)
      const client = await door.register({ redirect_uris: [CLAUDE, 'https://claude.ai/other'] })
      for (const redirect_uri of uris) {
        const { url } = authorizationUrl(client, { redirect_uri })
        const response = await door.browser().get(url)
        t.equal(response.statusCode, 400, encodeURI(redirect_uri))
        t.equal(response.headers.location, undefined)
        t.equal(response.headers['set-cookie'], undefined)
        t.notMatch(response.body, /evil|claude|refresh"/, 'nor is it a link')
      }
    },
  )
}

t.test('open redirect: loopback look-alikes match nothing that is registered', async (t) => {
  const door = await openDoor(t)
  const redirect_uris = ['http://localhost/cb', 'http://127.0.0.1:4000/cb']
  const client = await door.register({ redirect_uris })
  for (const redirect_uri of [...lookAlikes, ...notAsRegistered]) {
    const response = await door.browser().get(authorizationUrl(client, { redirect_uri }).url)
    t.equal(response.statusCode, 400, encodeURI(redirect_uri))
    t.equal(response.headers.location, undefined)
  }
  for (const redirect_uri of ['http://localhost:51234/cb', 'http://127.0.0.1/cb']) {
    const response = await door.browser().get(authorizationUrl(client, { redirect_uri }).url)
    t.equal(response.statusCode, 200, `RFC 8252 §7.3: ${redirect_uri}`)
  }
})

async function isRefused(t: Test, door: Door, uri: string): Promise<void> {
  const response = await door.app.inject({
    method: 'POST',
    url: '/register',
    payload: { redirect_uris: [uri] },
  })
  t.match(
    [response.statusCode, response.json()],
    [400, { error: 'invalid_redirect_uri' }],
    encodeURI(uri),
  )
}

t.test('open redirect: loopback look-alikes cannot be registered', async (t) => {
  const door = await openDoor(t)
  for (const uri of lookAlikes) {
    await isRefused(t, door, uri)
  }
})

t.test(
  'open redirect: what runs, hides or is not a web address cannot be registered',
  async (t) => {
    const door = await openDoor(t)
    const hiding = Object.entries(tricks).flatMap(([family, uris]) =>
      ['user info and @', 'backslashes', 'spaces and control characters', 'unicode'].includes(
        family,
      )
        ? uris
        : [],
    )
    const schemes = tricks['scheme and slashes'] ?? []
    for (const uri of [...hiding, ...schemes, `${CLAUDE}#`, `https://${EVIL}#${CLAUDE}`]) {
      await isRefused(t, door, uri)
    }
  },
)

t.test('open redirect: an error goes where a code would go, and nowhere else', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  for (const [name, values] of [
    ['state', ['\r\nLocation: https://evil.example', '&redirect_uri=https://evil.example', '#@x']],
    ['scope', ['\r\nSet-Cookie: a=b', 'https://evil.example']],
    ['response_mode', ['//evil.example', 'form_post', 'fragment', 'web_message']],
    ['response_type', ['//evil.example', 'none', 'token']],
    [
      'resource',
      ['https://evil.example', '//evil.example', 'http://localhost:3000@evil.example/mcp'],
    ],
    ['request_uri', ['https://evil.example/request', 'file:///etc/passwd']],
  ] as const) {
    for (const value of values) {
      const wrong = { code_challenge_method: 'plain', [name]: value }
      const response = await door.browser().get(authorizationUrl(client, wrong).url)
      t.equal(response.statusCode, 303, encodeURI(`${name}=${value}`))
      t.ok(
        String(response.headers.location).startsWith(`${CLAUDE}?error=`),
        encodeURI(`${name}=${value}`),
      )
      t.notMatch(response.headers.location, /[\r\n#]|%250|\/\/evil/)
      t.same(
        new URL(String(response.headers.location)).searchParams.getAll('state'),
        [name === 'state' ? value : 'state-of-the-client'],
        encodeURI(`${name}=${value}`),
      )
    }
  }
})

t.test('open redirect: our own addresses do not follow Host or forwarded headers', async (t) => {
  const door = await openDoor(t, { TRUSTED_PROXIES: '127.0.0.1' })
  const client = await door.register()
  const headers = {
    host: EVIL,
    forwarded: `host=${EVIL};proto=https`,
    'x-forwarded-host': EVIL,
    'x-forwarded-proto': 'javascript',
    'x-forwarded-port': '666',
    'x-forwarded-prefix': `//${EVIL}`,
    'x-original-url': `//${EVIL}`,
    'x-rewrite-url': `//${EVIL}`,
  }
  const browser = door.browser()
  const page = await browser.request({ url: authorizationUrl(client).url, headers })
  t.equal(page.statusCode, 200)
  t.notMatch(page.body, EVIL)
  t.match(page.body, 'action="http://localhost:3000/authorize/process"')
  const toProvider = await browser.submit(page, 'allow', {
    ...headers,
    origin: 'http://localhost:3000',
  })
  t.match(toProvider.headers.location, /^http:\/\/localhost:3002\/auth\?/)
  t.notMatch(toProvider.headers.location, EVIL)
})

t.test('open redirect: no path of ours redirects by itself', async (t) => {
  const door = await openDoor(t)
  for (const url of [
    `//${EVIL}/`,
    `//${EVIL}/authorize`,
    `/%2f%2f${EVIL}`,
    `/\\${EVIL}`,
    `/%5c${EVIL}`,
    `/authorize/..//${EVIL}`,
    `/authorize//${EVIL}`,
    '/authorize/',
    '/callback/',
    `/callback/${EVIL}`,
    `/callback?redirect_uri=https://${EVIL}`,
    `/authorize?redirect_uri=https://${EVIL}`,
    `/authorize/process?redirect_uri=https://${EVIL}`,
    `/?next=https://${EVIL}`,
    `/logout?post_logout_redirect_uri=https://${EVIL}`,
  ]) {
    const response = await door.app.inject({ url: `http://localhost:3000${url}` })
    t.ok(response.statusCode >= 400 && response.statusCode < 500, `${response.statusCode} ${url}`)
    t.equal(response.headers.location, undefined, url)
    t.equal(response.headers.refresh, undefined, url)
  }
})
