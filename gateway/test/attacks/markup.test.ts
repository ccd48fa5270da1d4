/** What a stranger registers or sends is shown to a person: it must stay text (RFC 9700 §4.16, RFC 7591 §5). */
import t from 'tap'
import { authorizationUrl, type Door, openDoor, type RegisteredClient } from '../support/door.ts'
import { person } from '../support/stub-upstream.ts'

const payloads = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '" autofocus onfocus="alert(1)',
  '</title></style></textarea><svg onload=alert(1)>',
  '<!--',
  '-->]]><script>',
  '<iframe src="https://evil.example">',
  '<meta http-equiv=refresh content="0;url=https://evil.example">',
  '<base href="https://evil.example/">',
  '<form action="https://evil.example"><button>',
  '<link rel=stylesheet href="https://evil.example/x.css">',
  '<a href="javascript:alert(1)">x',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '&#60;script&#62;',
  '＜script＞alert(1)＜/script＞',
  '<ſcript>',
  `{{constructor.constructor('alert(1)')()}}`,
  '$' + '{alert(1)}',
  '`-alert(1)-`',
  '\\u003cscript\\u003e',
  '%3Cscript%3E',
  '<scr\u0000ipt>',
  '<bdo dir=rtl>',
]

/** The elements of a page with their attributes, less the text that differs from page to page. */
function elementsOf(body: string): string[] {
  return [...body.matchAll(/<[^>]*>/g)].map(([tag]) =>
    tag
      .replace(/name="request" value="[^"]*"/, 'name="request"')
      .replace(/href="https:\/\/claude\.ai\/[^"]*"/, 'href="(back to the client)"'),
  )
}

async function consentPage(door: Door, client: RegisteredClient, more = {}): Promise<string> {
  const page = await door.browser().get(authorizationUrl(client, more).url)
  return page.body
}

t.test('markup in client_name: it is text on each page that shows it', async (t) => {
  for (const login of [person('ender', 'BS-2401', ['student']), person('petra', undefined, [])]) {
    const door = await openDoor(t)
    door.upstream.identity = { ...login, auth_time: 1_700_000_000 }
    const shown = async (client_name: string) => {
      const browser = door.browser()
      const client = await door.register({ client_name })
      const consent = await browser.get(authorizationUrl(client).url)
      const who = await browser.comeBack(await browser.submit(consent, 'allow'))
      const end = await browser.submit(who, 'continue')
      return [consent, who, ...(end.statusCode === 403 ? [end] : [])].map(({ body }) => body)
    }
    const plain = (await shown('Claude')).map(elementsOf)
    t.equal(plain.length, login.sub === 'sub-petra' ? 3 : 2)
    for (const client_name of payloads) {
      t.same((await shown(client_name)).map(elementsOf), plain, client_name)
    }
  }
})

t.test('markup in client_uri and logo_uri: neither is shown, and no logo is loaded', async (t) => {
  const door = await openDoor(t)
  const plain = elementsOf(await consentPage(door, await door.register({ client_name: 'Claude' })))
  for (const payload of [
    ...payloads,
    'https://evil.example/logo.svg',
    'https://evil.example/"onerror="alert(1)',
    'javascript:alert(1)',
    'data:image/svg+xml,<svg onload=alert(1)>',
    'http://169.254.169.254/latest/meta-data',
  ]) {
    const body = await consentPage(
      door,
      await door.register({
        client_name: 'Claude',
        client_uri: payload,
        logo_uri: payload,
        policy_uri: payload,
        tos_uri: payload,
      }),
    )
    t.same(elementsOf(body), plain, payload)
    t.notMatch(body, 'evil.example', payload)
  }
})

t.test('markup in client_name: pages load nothing from anywhere, and run nothing', async (t) => {
  const door = await openDoor(t)
  const client = await door.register({ client_name: 'Claude', logo_uri: 'https://evil.example/x' })
  const page = await door.browser().get(authorizationUrl(client).url)
  const loaded = [...page.body.matchAll(/ (?:src|href)="([^"]*)"/g)].map(([, address]) => address)
  t.same([...new Set(loaded)], ['/favicon.ico', '/account'], 'the icon, and a link of our own')
  const policy = String(page.headers['content-security-policy'])
  t.match(policy, "default-src 'none'")
  t.match(policy, "img-src 'self'")
  t.match(policy, "base-uri 'none'")
  t.notMatch(policy, /unsafe|script-src|https?:|data:|\*/)
})

t.test('markup in the parameters of a request: a page never repeats it', async (t) => {
  const door = await openDoor(t)
  const client = await door.register({ client_name: 'Claude' })
  const plain = elementsOf(await consentPage(door, client))
  const refused = {
    client_id: elementsOf(await consentPage(door, client, { client_id: 'unknown' })),
    redirect_uri: elementsOf(await consentPage(door, client, { redirect_uri: 'unknown' })),
    callback: elementsOf((await door.browser().get('/callback?state=unknown')).body),
  }
  for (const payload of payloads) {
    for (const name of ['state', 'scope', 'login_hint', 'ui_locales', 'display', payload]) {
      const body = await consentPage(door, client, { [name]: payload })
      t.same(elementsOf(body), plain, `${name}=${payload}`)
    }
    for (const name of ['client_id', 'redirect_uri'] as const) {
      const body = await consentPage(door, client, { [name]: payload })
      t.same(elementsOf(body), refused[name], `${name}=${payload}`)
      t.notMatch(body, /alert\(1\)/, `${name}=${payload}`)
    }
    const query = new URLSearchParams({ state: payload, error_description: payload, code: payload })
    const back = await door.browser().get(`/callback?${query}`)
    t.same(elementsOf(back.body), refused.callback, payload)
    t.notMatch(back.body, /alert\(1\)/, payload)
  }
})

t.test('markup in a redirect URI: what may be registered stays text', async (t) => {
  const door = await openDoor(t)
  // The page that links back to the client has it in an attribute.
  door.upstream.identity = person('valentine', undefined, [])
  const shown = async (tail: string) => {
    const client = await door.register({ redirect_uris: [`https://claude.ai/cb?${tail}`] })
    const browser = door.browser()
    const consent = await browser.get(authorizationUrl(client).url)
    const end = await browser.comeBack(await browser.submit(consent, 'allow'))
    t.match([consent.statusCode, end.statusCode], [200, 403], tail)
    return [...elementsOf(consent.body), ...elementsOf(end.body)]
  }
  const plain = await shown('x')
  t.ok(plain.some((tag) => tag.includes('(back to the client)')))
  for (const tail of [
    '<script>alert(1)</script>',
    `'onerror='alert(1)`,
    '"onmouseover="alert(1)',
    '"><img>',
    '&quot;onfocus=&quot;x',
    '&lt;b&gt;',
    '`x`',
  ]) {
    t.same(await shown(tail), plain, tail)
  }
})

t.test('markup in the name of a person: it is text', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const shown = async (name: string) => {
    const login = person('ender', 'BS-2401', ['student'])
    door.upstream.identity = { ...login, claims: { ...login.claims, name }, auth_time: 1 }
    const browser = door.browser()
    const page = await browser.get(authorizationUrl(client).url)
    return elementsOf((await browser.comeBack(await browser.submit(page, 'allow'))).body)
  }
  const plain = await shown('Ender')
  t.ok(plain.length > 10)
  for (const name of payloads) t.same(await shown(name), plain, name)
})
