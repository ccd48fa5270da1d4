import t from 'tap'
import { guestOf, isFor, isNeededBy, type Offer } from '../../src/visit/offer.ts'

const offer = (kind: Offer['kind'], name: string, audience: Offer['audience'] = 'all'): Offer => {
  return { kind, name, audience, register() {} }
}
const offers = [
  offer('tool', 'one'),
  offer('tool', 'two', 'students'),
  offer('tool', 'three', 'instructors'),
  offer('prompt', 'one'),
  offer('resource', 'one'),
]
const names = (kept: Offer[]) => kept.map(({ kind, name }) => `${kind} ${name}`)

t.test('what a role can never use does not exist for it', async (t) => {
  const tools = (studentId: string | undefined, ...roles: string[]) => {
    const person = { id: 'p', roles, scopes: [], ...(studentId && { studentId }) }
    return offers
      .filter(isFor(guestOf(person)))
      .flatMap(({ kind, name }) => (kind === 'tool' ? name : []))
  }
  t.strictSame(tools('BS-1', 'student'), ['one', 'two'])
  t.strictSame(tools(undefined, 'instructor'), ['one', 'three'])
  t.strictSame(tools('BS-1', 'student', 'instructor'), ['one', 'two', 'three'])
  t.strictSame(tools(undefined), ['one', 'two'], 'an unknown login finds a tool that explains it')
})

t.test('a request needs the offer that it names, a list those of its kind', async (t) => {
  const needed = (method: string, name?: string) =>
    names(offers.filter(isNeededBy({ method, ...(name && { name }) })))
  t.strictSame(needed('tools/call', 'two'), ['tool two'])
  t.strictSame(needed('tools/call', 'unknown'), [])
  t.strictSame(needed('tools/call'), ['tool one', 'tool two', 'tool three'])
  t.strictSame(needed('prompts/get', 'one'), ['prompt one'])
  t.strictSame(needed('prompts/list'), ['prompt one'])
  for (const method of [
    'resources/list',
    'resources/templates/list',
    'resources/read',
    'resources/subscribe',
    'resources/unsubscribe',
  ]) {
    t.strictSame(needed(method, 'school://standings'), ['resource one'])
  }
})

t.test('every other method, and a request that nothing is known of, gets everything', async (t) => {
  for (const method of ['initialize', 'server/discover', 'completion/complete', 'constructor']) {
    t.equal(offers.filter(isNeededBy({ method })).length, offers.length, method)
  }
  t.equal(offers.filter(isNeededBy(undefined)).length, offers.length)
})
