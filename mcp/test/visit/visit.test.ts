import { ResourceNotFoundError } from '@modelcontextprotocol/server'
import t from 'tap'
import { Outage } from '../../src/operations/outage.ts'
import { StoreUnavailableError } from '../../src/redis/ask.ts'
import { battleSchool } from '../../src/school/battle-school.ts'
import { MemorySchoolStore } from '../../src/school/memory-school-store.ts'
import { Refusal } from '../../src/visit/refusal.ts'
import { isAdmitted, protocolError, publicReason, type Visit } from '../../src/visit/visit.ts'
import { silentNotifier } from '../support/visit.ts'

function setUp() {
  const seen: Error[] = []
  const visit: Visit = {
    person: { id: 'p', roles: [], scopes: [] },
    school: new MemorySchoolStore(battleSchool),
    outage: new Outage(),
    notify: silentNotifier,
    now: Date.now,
    onError: (error) => void seen.push(error),
  }
  return { visit, seen }
}

t.test('a refusal is told as it is', async (t) => {
  const { visit, seen } = setUp()
  t.equal(publicReason(new Refusal('No such army.'), visit), 'No such army.')
  t.strictSame([visit.outage.cause, seen], [undefined, []])
})

t.test('an outage is noted, the first one staying', async (t) => {
  const { visit } = setUp()
  const first = new StoreUnavailableError(new Error('secret address'))
  t.notMatch(publicReason(first, visit), 'secret')
  publicReason(new StoreUnavailableError(undefined), visit)
  t.equal(visit.outage.cause, first)
})

t.test('what nobody foresaw is logged, and told without detail', async (t) => {
  const { visit, seen } = setUp()
  t.notMatch(publicReason(new TypeError('secret detail'), visit), 'secret')
  publicReason('thrown text', visit)
  t.match(seen, [{ message: 'secret detail' }, { message: 'thrown text' }])
  t.equal(visit.outage.cause, undefined)
})

t.test(
  'a failure without a result of its own is -32602 for the client’s fault, -32603 for ours',
  async (t) => {
    const { visit, seen } = setUp()
    const found = new ResourceNotFoundError('school://x')
    t.equal(protocolError(found, visit), found, 'what is a JSON-RPC error already stays as it is')
    t.match(protocolError(new Refusal('No.'), visit), { code: -32602, message: 'No.' })
    const ours = protocolError(new TypeError('secret detail'), visit)
    t.match(ours, { code: -32603, message: /fault is on its side/ })
    t.match(seen, [{ message: 'secret detail' }])
  },
)

t.test(
  'names are told to who belongs to the school and holds school:read; an outage is no “no”',
  async (t) => {
    const { visit } = setUp()
    const admitted = (person: Partial<Visit['person']>) =>
      isAdmitted({ ...visit, person: { id: 'p', roles: [], scopes: ['school:read'], ...person } })
    t.equal(await admitted({ studentId: 'BS-2401' }), true)
    t.equal(await admitted({ roles: ['instructor'] }), true)
    t.equal(await admitted({ studentId: 'BS-2401', scopes: ['school:write'] }), false)
    t.equal(await admitted({ studentId: 'BS-9999' }), false)
    t.equal(await admitted({}), false)
    visit.school.students = async () => {
      throw new StoreUnavailableError(undefined)
    }
    await t.rejects(admitted({ studentId: 'BS-2401' }), StoreUnavailableError)
  },
)
