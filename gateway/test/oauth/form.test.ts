import t from 'tap'
import { queryOf, readForm } from '../../src/oauth/form.ts'

t.test(
  'RFC 3986 §3.4: the query begins at the first question mark and keeps the others',
  async (t) => {
    t.equal(queryOf('/authorize?a=b?c&d=?'), 'a=b?c&d=?')
    t.equal(queryOf('/authorize?'), '')
    t.equal(queryOf('/authorize'), '')
    t.equal(queryOf(undefined), '')
  },
)

t.test(
  'RFC 6749 §3.1: a repeated parameter is invalid_request and names the parameter',
  async (t) => {
    t.throws(() => readForm(new URLSearchParams('state=a&state=a')), {
      code: 'invalid_request',
      description: 'parameter state is repeated',
    })
  },
)

t.test('RFC 6749 §3.1: a parameter without a value counts as omitted', async (t) => {
  const form = readForm(new URLSearchParams('scope=&state=x'))
  t.equal(form.get('scope'), undefined)
  t.equal(form.has('scope'), false)
  t.throws(() => form.require('scope'), { code: 'invalid_request' })
  t.equal(form.require('state'), 'x')
})

t.test('RFC 8707 §2: identical resources are one, two different are invalid_target', async (t) => {
  const same = new URLSearchParams([
    ['resource', 'https://a/mcp'],
    ['resource', 'https://a/mcp'],
  ])
  t.equal(readForm(same).get('resource'), 'https://a/mcp')
  same.append('resource', 'https://b/mcp')
  t.throws(() => readForm(same), { code: 'invalid_target' })
})

t.test('RFC 6749 §5.2: a hostile parameter name does not reach the description', async (t) => {
  const name = '"\\\r\nSet-Cookie: x'
  const twice = new URLSearchParams([
    [name, '1'],
    [name, '2'],
  ])
  t.throws(() => readForm(twice), {
    message: /^invalid_request: parameter [\w.?-]{1,40} is repeated$/,
  })
})
