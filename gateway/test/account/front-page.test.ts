/** GET /: a page for a person, nothing for a client. */
import t from 'tap'
import { openDoor } from '../support/door.ts'

t.test(
  'RFC 9110 §12.5.1: a browser gets a page with the address to add, and the way to /account',
  async (t) => {
    const door = await openDoor(t, {
      PUBLIC_URL: 'https://door.example',
      OIDC_ISSUER: 'https://sso.example',
    })
    const page = await door.browser().get('/')
    t.equal(page.statusCode, 200)
    t.match(page.headers['content-type'], 'text/html')
    t.match(page.headers['content-security-policy'], "default-src 'none'")
    t.match(page.body, '<code>https://door.example/mcp</code>')
    t.match(page.body, 'href="/account"')
    t.same(page.cookies, [], 'and no cookie')
    const accept = 'text/html,application/xhtml+xml,*/*;q=0.8'
    const korean = await door.app.inject({
      url: '/',
      headers: { accept, 'accept-language': 'ko-KR,ko;q=0.9' },
    })
    t.match(korean.body, '앱에 추가할 주소')
  },
)

t.test('whoever accepts no page finds nothing there, as JSON', async (t) => {
  const door = await openDoor(t)
  for (const accept of [
    undefined,
    '*/*',
    'application/json',
    'application/json, text/event-stream',
  ]) {
    const headers = accept === undefined ? {} : { accept }
    const answer = await door.app.inject({ url: '/', headers })
    t.match([answer.statusCode, answer.json()], [404, { error: 'not_found' }], String(accept))
    t.match(answer.headers, { vary: 'accept', 'cache-control': 'no-store' }, 'for this one alone')
  }
  const post = await door.app.inject({ method: 'POST', url: '/', headers: { accept: 'text/html' } })
  t.equal(post.statusCode, 404)
})
