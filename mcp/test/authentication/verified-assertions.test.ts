import t, { type Test } from 'tap'
import { InvalidAssertionError } from '../../src/authentication/assertion.ts'
import type { Caller } from '../../src/authentication/person.ts'
import { rememberVerified } from '../../src/authentication/verified-assertions.ts'

function setUp(_t: Test, limit?: number) {
  const state = { now: 0, verified: [] as string[] }
  const verify = async (token: string): Promise<Caller> => {
    state.verified.push(token)
    if (token.startsWith('bad')) throw new InvalidAssertionError('bad')
    const person = { id: token, roles: [], scopes: [] }
    return { token, clientId: 'c', scopes: [], expiresAt: 60, extra: { person } }
  }
  return { state, remembered: rememberVerified(verify, () => state.now, limit) }
}

t.test('an assertion is verified once, by however many at a time', async (t) => {
  const { state, remembered } = setUp(t)
  await Promise.all([remembered('a'), remembered('a')])
  const caller = await remembered('a')
  t.equal(caller.extra.person.id, 'a')
  t.strictSame(state.verified, ['a'])
})

t.test('two assertions are never taken for one another', async (t) => {
  const { remembered } = setUp(t)
  const [a, b] = await Promise.all([remembered('a'), remembered('b')])
  t.strictSame([a.extra.person.id, b.extra.person.id], ['a', 'b'])
})

t.test('it is remembered no longer than it lives', async (t) => {
  const { state, remembered } = setUp(t)
  await remembered('a')
  state.now = 59_999
  t.ok(await remembered('a'))
  state.now = 60_000
  await t.rejects(remembered('a'), { name: 'InvalidAssertionError' })
})

t.test('a refusal is not remembered', async (t) => {
  const { state, remembered } = setUp(t)
  await t.rejects(remembered('bad'))
  await t.rejects(remembered('bad'))
  t.strictSame(state.verified, ['bad', 'bad'])
})

t.test('the memory is bounded: the oldest goes first', async (t) => {
  const { state, remembered } = setUp(t, 2)
  for (const token of ['a', 'b', 'c', 'b', 'a']) await remembered(token)
  t.strictSame(state.verified, ['a', 'b', 'c', 'a'])
})
