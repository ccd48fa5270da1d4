import t from 'tap'
import { atProvider, login } from '../support/at-provider.ts'
import { ender } from '../support/fake-provider.ts'

const warnings = (logs: string[]) => logs.filter((line) => line.includes('lists the roles'))

t.test('a roles claim that no login has is said once, and told by the part', async (t) => {
  const at = await atProvider(t, {}, { ROLES_CLAIM: 'groups' })
  t.equal(at.upstream.rolesClaim, 'unknown')
  await login(at)
  await login(at)
  t.equal(at.upstream.rolesClaim, 'missing')
  t.equal(warnings(at.logs).length, 1)
  t.match(warnings(at.logs)[0], '"claim":"groups"')
  at.provider.misbehave({ userinfo: { groups: [] } })
  await login(at)
  t.equal(at.upstream.rolesClaim, 'seen', 'an empty list is a claim')
})

t.test('one person without it is no misconfiguration', async (t) => {
  const at = await atProvider(t)
  await login(at)
  at.provider.login({ ...ender, claims: {} })
  await login(at)
  t.equal(at.upstream.rolesClaim, 'seen')
  t.same(warnings(at.logs), [])
})
