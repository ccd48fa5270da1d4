import t from 'tap'
import { askedByHeaders } from '../src/serving.ts'

t.test('2026-07-28: what is asked is read from the standard headers', async (t) => {
  const headers = new Headers({ 'mcp-method': 'tools/call', 'mcp-name': 'get_my_army' })
  t.strictSame(askedByHeaders(headers), { method: 'tools/call', name: 'get_my_army' })
  t.strictSame(askedByHeaders(new Headers({ 'mcp-method': 'tools/list' })), {
    method: 'tools/list',
  })
})

t.test('without the headers, or with an encoded name, nothing is known', async (t) => {
  t.equal(askedByHeaders(undefined), undefined)
  t.equal(askedByHeaders(new Headers()), undefined)
  const encoded = new Headers({ 'mcp-method': 'tools/call', 'mcp-name': '=?base64?w6Q=?=' })
  t.equal(askedByHeaders(encoded), undefined)
})
