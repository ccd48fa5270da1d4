import t from 'tap'
import { askedScopes, grantedScopes, narrowScopes, parseScope } from '../../src/oauth/scope.ts'

t.test('C36: scope is trimmed and split on any white space, each scope once', async (t) => {
  t.same(parseScope(' school:read  school:write\tschool:read '), ['school:read', 'school:write'])
  t.same(parseScope(''), [])
  t.same(parseScope(undefined), [])
})

t.test('C22: both scopes where none of ours was asked, never a failure', async (t) => {
  for (const asked of [undefined, '', 'claudeai', ' openid offline_access']) {
    t.same(askedScopes(asked), ['school:read', 'school:write'], String(asked))
  }
  t.same(askedScopes('school:write offline_access'), ['school:write'])
})

t.test('school:instruct cannot be asked for: the role gives it', async (t) => {
  t.same(askedScopes('school:instruct'), ['school:read', 'school:write'])
  t.same(grantedScopes(['school:read', 'school:instruct'], ['student']), ['school:read'])
  t.same(grantedScopes(['school:read'], ['instructor']), ['school:read', 'school:instruct'])
})

t.test(
  'RFC 6749 §6: a refresh narrows, never widens; unknown scopes are ignored (C48)',
  async (t) => {
    const granted = grantedScopes(['school:read', 'school:write'], ['student'])
    t.same(narrowScopes(granted, 'school:read offline_access'), ['school:read'])
    t.same(narrowScopes(granted, 'school:instruct'), granted)
    t.same(narrowScopes(granted, undefined), granted)
    t.same(narrowScopes(grantedScopes(['school:read'], []), 'school:read school:write'), [
      'school:read',
    ])
  },
)
