import t from 'tap'
import { pageHeaders } from '../../src/pages/page-headers.ts'

t.test('RFC 9700 §4.16: a page cannot be framed, and runs nothing', async (t) => {
  const policy = pageHeaders['content-security-policy']?.replace(/'sha256-[^']+'/, 'HASH')
  t.equal(
    policy,
    "default-src 'none'; style-src HASH; img-src 'self'; base-uri 'none'; frame-ancestors 'none'",
  )
  t.equal(pageHeaders['x-frame-options'], 'DENY')
})

t.test('C38: no form-action, which would end the redirect chain at the client', async (t) => {
  t.notMatch(pageHeaders['content-security-policy'], 'form-action')
})

t.test(
  'the form’s POST carries our Origin, a popup keeps its opener, nothing is kept',
  async (t) => {
    t.equal(pageHeaders['referrer-policy'], 'same-origin')
    t.notOk('cross-origin-opener-policy' in pageHeaders)
    t.equal(pageHeaders['cache-control'], 'no-store')
    t.equal(pageHeaders['x-content-type-options'], 'nosniff')
    t.equal(pageHeaders['content-type'], 'text/html; charset=utf-8')
  },
)
