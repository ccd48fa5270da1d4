/** The door sends a browser to an address that somebody else wrote (RFC 9700 §4.1, §4.11; CVE-2025-4143, CVE-2026-3872). */
import t from 'tap'
import { authorizationUrl, CLAUDE, openDoor } from '../support/door.ts'

const EVIL = 'evil.example'

/** Addresses that a parser, a prefix, a pattern or a browser has taken for the registered one. */
const tricks: Record<string, string[]> = {
  'another host': [
    `https://${EVIL}/api/mcp/auth_callback`,
    `https://claude.ai.${EVIL}/api/mcp/auth_callback`,
    `https://${EVIL}.claude.ai/api/mcp/auth_callback`,
    'https://evilclaude.ai/api/mcp/auth_callback',
    'https://claude.ai./api/mcp/auth_callback',
    'https://www.claude.ai/api/mcp/auth_callback',
  ],
  'user info and @': [
    `https://claude.ai@${EVIL}/api/mcp/auth_callback`,
    `https://claude.ai:443@${EVIL}/api/mcp/auth_callback`,
    `https://claude.ai%2f@${EVIL}/api/mcp/auth_callback`,
    `https://claude.ai%40${EVIL}/api/mcp/auth_callback`,
    'https://user@claude.ai/api/mcp/auth_callback',
    'https://@claude.ai/api/mcp/auth_callback',
    'https://:@claude.ai/api/mcp/auth_callback',
  ],
  backslashes: [
    `https://${EVIL}\\@claude.ai/api/mcp/auth_callback`,
    `https://${EVIL}\\.claude.ai/api/mcp/auth_callback`,
    'https:\\\\claude.ai\\api\\mcp\\auth_callback',
    `https://claude.ai\\@${EVIL}/api/mcp/auth_callback`,
    `/\\${EVIL}`,
    `\\\\${EVIL}`,
    `https://claude.ai%5c@${EVIL}/`,
  ],
  case: [
    'HTTPS://claude.ai/api/mcp/auth_callback',
    'https://CLAUDE.AI/api/mcp/auth_callback',
    'https://claude.ai/API/mcp/auth_callback',
  ],
  'spaces and control characters': [
    ` ${CLAUDE}`,
    `${CLAUDE} `,
    `\t${CLAUDE}`,
    `${CLAUDE}\n`,
    `${CLAUDE}\u0000`,
    `${CLAUDE}\u0000.${EVIL}`,
    'https://cla\tude.ai/api/mcp/auth_callback',
    'ht\ntps://claude.ai/api/mcp/auth_callback',
    `${CLAUDE}\r\nLocation: https://${EVIL}`,
    `${CLAUDE}\u2028`,
    `${CLAUDE}\u200b`,
    `\ufeff${CLAUDE}`,
    `${CLAUDE}\u007f`,
  ],
  'percent-encoding': [
    `${CLAUDE}%0d%0aLocation:%20https://${EVIL}`,
    `${CLAUDE}%00`,
    `${CLAUDE}%20`,
    'https://claude.ai/api%2fmcp%2fauth_callback',
    'https://claude.ai/api/mcp/%61uth_callback',
    'https://claude%2eai/api/mcp/auth_callback',
    'https%3a%2f%2fclaude.ai/api/mcp/auth_callback',
    encodeURIComponent(CLAUDE),
    `https://claude.ai%2f.${EVIL}/api/mcp/auth_callback`,
    `https://claude.ai%23.${EVIL}/api/mcp/auth_callback`,
  ],
  path: [
    `${CLAUDE}/`,
    `${CLAUDE}/x`,
    `${CLAUDE}x`,
    `${CLAUDE};x`,
    `${CLAUDE}/..`,
    `${CLAUDE}/../auth_callback`,
    `${CLAUDE}/%2e%2e/auth_callback`,
    `${CLAUDE}/..%2fauth_callback`,
    'https://claude.ai/x/../api/mcp/auth_callback',
    'https://claude.ai//api/mcp/auth_callback',
    'https://claude.ai/./api/mcp/auth_callback',
    `https://claude.ai/redirect?to=${CLAUDE}`,
    'https://claude.ai/',
    'https://claude.ai',
  ],
  'query and fragment': [
    `${CLAUDE}?`,
    `${CLAUDE}?x=1`,
    `${CLAUDE}?next=https://${EVIL}`,
    `${CLAUDE}#`,
    `${CLAUDE}#x`,
    `https://${EVIL}#${CLAUDE}`,
    `https://${EVIL}?${CLAUDE}`,
    `https://${EVIL}/${CLAUDE}`,
    `https://${EVIL}#@claude.ai/api/mcp/auth_callback`,
    `https://${EVIL}?@claude.ai/api/mcp/auth_callback`,
  ],
  port: [
    'https://claude.ai:443/api/mcp/auth_callback',
    'https://claude.ai:/api/mcp/auth_callback',
    'https://claude.ai:8443/api/mcp/auth_callback',
    'https://claude.ai:0443/api/mcp/auth_callback',
    `https://claude.ai:443.${EVIL}/api/mcp/auth_callback`,
  ],
  'scheme and slashes': [
    'http://claude.ai/api/mcp/auth_callback',
    '//claude.ai/api/mcp/auth_callback',
    `//${EVIL}/api/mcp/auth_callback`,
    `///${EVIL}`,
    `////${EVIL}`,
    'https:claude.ai/api/mcp/auth_callback',
    'https:/claude.ai/api/mcp/auth_callback',
    'https:///claude.ai/api/mcp/auth_callback',
    `https:${EVIL}`,
    `https:/${EVIL}`,
    `https:///${EVIL}`,
    `view-source:${CLAUDE}`,
    `javascript://claude.ai/%0aalert(1)`,
    `JaVaScRiPt:alert(1)//${CLAUDE}`,
    'java\tscript:alert(1)',
    ' javascript:alert(1)',
    '\u0001javascript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'blob:https://claude.ai/x',
    'file:///etc/passwd',
    'claude.ai/api/mcp/auth_callback',
    '/api/mcp/auth_callback',
    'urn:ietf:wg:oauth:2.0:oob',
    '*',
    'null',
    '',
  ],
  unicode: [
    'https://ｃｌａｕｄｅ.ai/api/mcp/auth_callback',
    'https://claude。ai/api/mcp/auth_callback',
    'https://claude.ai／api/mcp/auth_callback',
    'https：//claude.ai/api/mcp/auth_callback',
    'https://сlaude.ai/api/mcp/auth_callback',
    'https://claude.ai\u202e/api/mcp/auth_callback',
    'https://cla\u00adude.ai/api/mcp/auth_callback',
    'https://claude.ai℀/api/mcp/auth_callback',
    `https://${EVIL}？.claude.ai/api/mcp/auth_callback`,
  ],
}

/** What has been taken for loopback; the two that are registered are http://localhost/cb and http://127.0.0.1:4000/cb. */
const lookAlikes = [
  `http://127.0.0.1.${EVIL}/cb`,
  `http://localhost.${EVIL}/cb`,
  `http://${EVIL}.localhost/cb`,
  `http://localhost:80@${EVIL}/cb`,
  `http://localhost@${EVIL}/cb`,
  `http://localhost:8080%40${EVIL}/cb`,
  `http://localhost:@${EVIL}/cb`,
  'http://user@localhost/cb',
  'http://@localhost/cb',
  `http://${EVIL}#localhost/cb`,
  `http://localhost#@${EVIL}/cb`,
  `http://localhost\\@${EVIL}/cb`,
  `http://localhost\\.${EVIL}/cb`,
  'http://localhost./cb',
  'http://localhost.localdomain/cb',
  'http://localhosts/cb',
  'http://LOCALHOST/cb',
  'HTTP://localhost/cb',
  'http://%6cocalhost/cb',
  'http://ｌocalhost/cb',
  'http:localhost/cb',
  'http:/localhost/cb',
  'http:///localhost/cb',
  '//localhost/cb',
  'http://0x7f.1/cb',
  'http://0x7f000001/cb',
  'http://2130706433/cb',
  'http://017700000001/cb',
  'http://0177.0.0.1/cb',
  'http://127.1/cb',
  'http://127.0.1/cb',
  'http://127.0.0.1./cb',
  'http://127.0.0.2/cb',
  'http://127.000.000.001/cb',
  'http://①②⑦.0.0.1/cb',
  'http://0.0.0.0/cb',
  'http://0/cb',
  'http://[::]/cb',
  'http://[::ffff:127.0.0.1]/cb',
  'http://[::ffff:7f00:1]/cb',
  'http://[0:0:0:0:0:0:0:1]/cb',
  'http://[::0001]/cb',
  'http://[::1%25lo]/cb',
  'http://[::1%lo]/cb',
  `http://[::1]@${EVIL}/cb`,
  `http://[::1].${EVIL}/cb`,
  'http://[::127.0.0.1]/cb',
  'http://169.254.169.254/cb',
  'http://localhost:65536/cb',
  'http://localhost:99999999/cb',
  'http://localhost:-1/cb',
  'http://localhost:+80/cb',
  'http://localhost:0x50/cb',
  'http://localhost:8 0/cb',
  'http://localhost:80:80/cb',
  'http://localhost:/cb',
  `http://localhost:80.${EVIL}/cb`,
]
/** The same hosts as are registered, but not as they are: no look-alikes where the question is who may register. */
const notAsRegistered = [
  'http://[::1]/cb',
  'https://localhost/cb',
  'http://localhost/cb/',
  'http://localhost/cb/../cb',
  'http://localhost//cb',
  'http://localhost/CB',
  'http://localhost/cb?x',
  'http://localhost/%63b',
  'http://localhost:80/cb#',
]

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

t.test('open redirect: loopback look-alikes cannot be registered', async (t) => {
  const door = await openDoor(t)
  for (const uri of lookAlikes) {
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
