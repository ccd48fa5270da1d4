import t from 'tap'
import { type ErrorPageCode, errorPage } from '../../src/pages/error-page.ts'
import { en } from '../../src/pages/messages/en.ts'

const codes = Object.keys(en.error.pages) as ErrorPageCode[]

t.test(
  'each error has a title, an advice and the number of the request, and shows no code',
  async (t) => {
    for (const locale of ['en', 'ko'] as const) {
      const pages = codes.map((code) => errorPage({ locale, code, requestId: 'req-8f3k2' }))
      t.equal(new Set(pages).size, codes.length)
      for (const page of pages) {
        t.match(page, /<h1>[^<]+<\/h1>\n<p>[^<]+<\/p>/)
        t.match(page, '<code>req-8f3k2</code>')
        t.notMatch(page.replace(/<style>[\s\S]*<\/style>/, ''), /[a-z]_[a-z]/)
      }
    }
  },
)

t.test('C27: an unknown client is told how to clear its entry, for each client', async (t) => {
  const unknown = errorPage({ locale: 'en', code: 'unknown_client', requestId: 'r' })
  for (const step of [
    /<dt>Claude<\/dt><dd>[^<]*remove the connector/,
    /<dt>Claude Code<\/dt><dd><code>claude mcp remove NAME<\/code>/,
    /<dt>ChatGPT<\/dt>/,
    /<dt>Codex<\/dt>/,
    /<dt>VS Code<\/dt><dd>.*“Authentication: Remove Dynamic Authentication Providers”/,
    /<dt>Cursor<\/dt>/,
    /<dt>mcp-remote<\/dt><dd><code>rm -rf ~\/\.mcp-auth<\/code>/,
    /<dt>MCP Inspector<\/dt>/,
  ]) {
    t.match(unknown, step)
  }
  t.notMatch(errorPage({ locale: 'en', code: 'expired', requestId: 'r' }), '<dl>')
})
