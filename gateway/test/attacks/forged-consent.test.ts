/** A page of another site makes the person's browser press Allow (RFC 9700 §4.7.1; MCP security best practices). */
import t from 'tap'
import { authorizationUrl, openDoor, sealedRequest } from '../support/door.ts'

const foreign: Record<string, string>[] = [
  { origin: 'https://evil.example' },
  // A sandboxed frame, a data: URL, or a redirect across origins.
  { origin: 'null' },
  { origin: 'http://localhost:3000.evil.example' },
  { origin: 'http://localhost:3000/' },
  { origin: 'http://LOCALHOST:3000' },
  { origin: 'http://localhost' },
  { origin: 'https://localhost:3000' },
  { origin: 'http://127.0.0.1:3000' },
  { origin: 'http://localhost:3000, https://evil.example' },
  { origin: '' },
  { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
  { origin: 'https://evil.example', referer: 'http://localhost:3000/authorize' },
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { 'sec-fetch-site': 'none' },
  { referer: 'http://localhost:3000/authorize' },
  { host: 'localhost:3000' },
  {},
]

t.test('consent POST forged from another site: RFC 9700 §4.7 it is a 403 page', async (t) => {
  const door = await openDoor(t)
  const browser = door.browser()
  const page = await browser.get(authorizationUrl(await door.register()).url)
  for (const headers of foreign) {
    const response = await browser.submit(page, 'allow', headers)
    t.equal(response.statusCode, 403, JSON.stringify(headers))
    t.equal(response.headers.location, undefined)
    t.same(door.upstream.logins, [])
  }
  const own = await browser.submit(page, 'allow', { 'sec-fetch-site': 'same-origin' })
  t.equal(own.statusCode, 303, 'without Origin, Fetch Metadata says same-origin')
})

t.test('consent POST forged from another site: neither is the person page answered', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const { browser, page } = await door.askWho(client)
  for (const headers of foreign) {
    for (const decision of ['continue', 'switch', 'cancel']) {
      const response = await browser.submit(page, decision, headers)
      t.equal(response.statusCode, 403, `${decision} ${JSON.stringify(headers)}`)
    }
  }
  t.same(await door.store.grantsOf({ client_id: client.client_id }), [])
  t.match((await browser.submit(page, 'continue')).headers.location, /code=bsg_ac_/)
})

t.test(
  'consent POST forged from another site: a form that its own server fetched fits no other browser',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register({ redirect_uris: ['https://evil.example/cb'] })
    const fetched = await door.browser().get(authorizationUrl(client).url)
    const victim = door.browser()
    await victim.get(authorizationUrl(client).url)
    // As if the Origin check were passed.
    const response = await victim.submit(fetched, 'allow')
    t.equal(response.statusCode, 400)
    t.same(door.upstream.logins, [])
  },
)

t.test('consent POST forged from another site: no link and no other form consents', async (t) => {
  const door = await openDoor(t)
  const browser = door.browser()
  const page = await browser.get(authorizationUrl(await door.register()).url)
  const fields = { request: sealedRequest(page), decision: 'allow' }
  const query = new URLSearchParams(fields).toString()
  for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const) {
    const response = await browser.request({ method, url: `/authorize/process?${query}` })
    t.equal(response.statusCode, 404, method)
  }
  const origin = 'http://localhost:3000'
  const empty = await browser.request({
    method: 'POST',
    url: `/authorize/process?${query}`,
    headers: { origin },
  })
  t.equal(empty.statusCode, 400, 'fields in the query')
  // The types that a form or a script may send across sites without asking first, and JSON.
  for (const type of ['text/plain', 'multipart/form-data; boundary=x', 'application/json']) {
    const response = await browser.request({
      method: 'POST',
      url: '/authorize/process',
      headers: { origin, 'content-type': type },
      payload: type === 'application/json' ? JSON.stringify(fields) : query,
    })
    t.equal(response.statusCode, 415, type)
  }
  t.same(door.upstream.logins, [])
})

t.test('consent POST forged from another site: no script of it may read our pages', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' }
  const page = await door.app.inject({ url: authorizationUrl(client).url, headers })
  t.equal(page.statusCode, 200)
  for (const url of ['/authorize', '/authorize/process', '/callback']) {
    const preflight = await door.app.inject({ method: 'OPTIONS', url, headers })
    for (const { headers } of [page, preflight]) {
      t.equal(headers['access-control-allow-origin'], undefined, url)
      t.equal(headers['access-control-allow-credentials'], undefined, url)
    }
  }
})
