import t from 'tap'
import { people } from '../support/gateway.ts'
import { connect, startHouse } from '../support/house.ts'

const house = await startHouse()
t.teardown(() => house.close())

async function ask(claims: Record<string, unknown>, era: 'modern' | 'legacy') {
  const client = await connect(house, claims, era)
  try {
    const { messages } = await client.getPrompt({ name: 'instructor_message' })
    const content = messages[0]?.content
    return content?.type === 'text' ? content.text : ''
  } finally {
    await client.close()
  }
}

for (const era of ['modern', 'legacy'] as const) {
  t.test(`${era}: the message is made from the record of the person who asks`, async (t) => {
    const ender = await ask(people.ender, era)
    t.match(ender, /Colonel Graff/)
    t.match(ender, /Name: Ender Wiggin/)
    t.match(ender, /Commander of Dragon Army, which has 12 wins and 0 losses/)
    const bean = await ask(people.bean, era)
    t.match(bean, /Name: Bean\n/)
    t.match(bean, /Battles won: 8/)
    t.notMatch(bean, /Ender/)
  })

  t.test(`${era}: an instructor has no record to be written from`, async (t) => {
    await t.rejects(ask(people.graff, era), { code: -32602, message: /signed in as an instructor/ })
  })
}

t.test('a student without an army is written to all the same', async (t) => {
  const student = {
    id: 'BS-1',
    name: 'Alai',
    age: 9,
    aptitudeScore: 90,
    battleExperience: 'Beginner',
    specialization: 'Assault',
  }
  const other = await startHouse({}, { roster: { students: [student], armies: [] } })
  t.teardown(() => other.close())
  const client = await connect(other, { student_id: 'BS-1' })
  const prompt = await client.getPrompt({ name: 'instructor_message' })
  await client.close()
  t.match(JSON.stringify(prompt.messages), /not assigned to an army/)
})
