import t from 'tap'
import { battleSchool } from '../../src/school/battle-school.ts'
import { MemorySchoolStore } from '../../src/school/memory-school-store.ts'
import { people } from '../support/gateway.ts'
import { callTool, connect, type Era, type House, startHouse } from '../support/house.ts'
import { answerOf, instructor, meet, student } from '../support/school.ts'

const send = (house: House, studentName: string, text: string, era?: Era) =>
  callTool(house, people.graff, 'send_instructor_message', { studentName, text }, era)
const read = (house: House, claims: Record<string, unknown>, cursor?: unknown, era?: Era) =>
  callTool(house, claims, 'read_my_messages', cursor === undefined ? {} : { cursor }, era)

for (const era of ['modern', 'legacy'] as const) {
  t.test(`${era}: what an instructor sends, that student reads, and it is new once`, async (t) => {
    const house = await startHouse()
    t.teardown(() => house.close())
    const sent = await send(house, ' bean ', ' Well fought. ', era)
    t.match(sent.structure, { studentName: 'Bean', sentAt: /Z$/, unread: 1 })
    t.strictSame((await read(house, people.bean, undefined, era)).structure, {
      messages: [{ sentAt: sent.structure?.sentAt, text: 'Well fought.', isNew: true }],
      unread: 0,
    })
    t.match((await read(house, people.bean, undefined, era)).structure, {
      messages: [{ isNew: false }],
    })
    t.match((await read(house, people.ender, undefined, era)).structure, { messages: [] })
  })
}

t.test('pages are followed by their cursor; a cursor that was not given is refused', async (t) => {
  const house = await startHouse()
  t.teardown(() => house.close())
  for (let at = 1; at <= 12; at++) await send(house, 'Bean', `${at}`)
  const first = await read(house, people.bean)
  t.match(first.structure, { messages: { length: 10 }, unread: 2 })
  const second = await read(house, people.bean, first.structure?.nextCursor)
  t.match(second.structure, { messages: [{ text: '2' }, { text: '1' }], unread: 0 })
  t.notOk(Object.hasOwn(second.structure ?? {}, 'nextCursor'))
  for (const cursor of ['', 'next', '1-0 ', '(1-0', '99999999999999999999-0', 7]) {
    t.equal((await read(house, people.bean, cursor)).isError, true, JSON.stringify(cursor))
  }
})

t.test(
  'nobody is told that a message came or was read: anybody can listen to any URI',
  async (t) => {
    const store = new MemorySchoolStore(battleSchool)
    const updated: string[] = []
    const graff = await meet(t, { store, who: instructor(), updated })
    const bean = await meet(t, { store, who: student('BS-2507'), updated })
    await answerOf(graff, 'send_instructor_message', { studentName: 'Bean', text: 'for you' })
    t.match(await answerOf(bean, 'read_my_messages'), {
      answer: { messages: [{ text: 'for you' }] },
    })
    t.strictSame(updated, [])
  },
)

t.test(
  'only instructors send, only students read: the rest are neither listed nor callable',
  async (t) => {
    const house = await startHouse()
    t.teardown(() => house.close())
    await t.rejects(
      callTool(house, people.ender, 'send_instructor_message', { studentName: 'Bean', text: 'x' }),
      { code: -32602 },
    )
    await t.rejects(read(house, people.graff), { code: -32602 })
    const listed = async (claims: Record<string, unknown>) => {
      const client = await connect(house, claims)
      const { tools } = await client.listTools()
      await client.close()
      return tools.map(({ name }) => name)
    }
    t.notOk((await listed(people.ender)).includes('send_instructor_message'))
    t.notOk((await listed(people.graff)).includes('read_my_messages'))
  },
)

t.test('an instructor whose access has no school:instruct is refused, and told why', async (t) => {
  const house = await startHouse()
  t.teardown(() => house.close())
  const claims = { ...people.graff, scope: 'school:read school:write' }
  const args = { studentName: 'Bean', text: 'x' }
  const refused = await callTool(house, claims, 'send_instructor_message', args)
  t.equal(refused.isError, true)
  t.match(refused.text, /school:instruct/)
  t.match((await read(house, people.bean)).structure, { messages: [] })
})

t.test('an unknown student, an empty or too long text: nothing is sent', async (t) => {
  const house = await startHouse()
  t.teardown(() => house.close())
  t.match((await send(house, 'Baen', 'x')).text, /no student named “Baen”.*Near names: Bean/)
  for (const text of ['', '  ', 'x'.repeat(2_001)]) {
    t.equal((await send(house, 'Bean', text)).isError, true)
  }
  t.match((await read(house, people.bean)).structure, { messages: [] })
})
