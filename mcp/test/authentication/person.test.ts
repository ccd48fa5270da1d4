import t from 'tap'
import { isInstructor, mayInstruct, personOf } from '../../src/authentication/person.ts'

const person = (roles: string[], scopes: string[]) => ({ id: 'p', roles, scopes })

t.test('an instructor has the role, and instructs only with the scope', async (t) => {
  t.equal(isInstructor(person(['instructor'], [])), true)
  t.equal(isInstructor(person(['student'], ['school:instruct'])), false)
  t.equal(mayInstruct(person(['instructor'], ['school:instruct'])), true)
  t.equal(mayInstruct(person(['instructor'], ['school:read'])), false)
  t.equal(mayInstruct(person(['student'], ['school:instruct'])), false)
})

t.test('without a verified assertion there is no person', async (t) => {
  t.throws(() => personOf(undefined), TypeError)
  t.throws(() => personOf({ token: 't', clientId: 'c', scopes: [] }), TypeError)
})
