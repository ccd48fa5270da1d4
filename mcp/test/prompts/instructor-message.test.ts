import t, { type Test } from 'tap'
import { battleSchool } from '../../src/school/battle-school.ts'
import { MemorySchoolStore } from '../../src/school/memory-school-store.ts'
import { instructor, type Meeting, meet, student } from '../support/school.ts'

const store = new MemorySchoolStore(battleSchool)
const ender = student('BS-2401')

async function ask(
  t: Test,
  meeting: Partial<Meeting> & Pick<Meeting, 'who'>,
  args: Record<string, string> = {},
) {
  const client = await meet(t, { store, ...meeting })
  const { messages } = await client.getPrompt({ name: 'instructor_message', arguments: args })
  const content = messages[0]?.content
  return content?.type === 'text' ? content.text : ''
}

for (const era of ['modern', 'legacy'] as const) {
  t.test(`${era}: the message is made from the record of the person who asks`, async (t) => {
    const toEnder = await ask(t, { who: ender, era })
    t.match(toEnder, /Colonel Graff/)
    t.match(toEnder, /Name: Ender Wiggin/)
    t.match(toEnder, /Commander of Dragon Army, which has 12 wins and 0 losses/)
    const toBean = await ask(t, { who: student('BS-2507'), era })
    t.match(toBean, /Name: Bean\n/)
    t.match(toBean, /Battles won: 8/)
    t.notMatch(toBean, /Ender/)
  })

  t.test(`${era}: an instructor names the student, a student cannot`, async (t) => {
    const toBean = await ask(t, { who: instructor(), era }, { studentName: ' bean ' })
    t.match(toBean, /Name: Bean\n/)
    await t.rejects(ask(t, { who: instructor(), era }), { code: -32602, message: /studentName/ })
    await t.rejects(ask(t, { who: instructor(), era }, { studentName: 'Baen' }), {
      code: -32602,
      message: /Near names: Bean/,
    })
    await t.rejects(ask(t, { who: ender, era }, { studentName: 'Bean' }), { code: -32602 })
  })

  t.test(`${era}: MCP, Prompts: the arguments are listed for the role`, async (t) => {
    const listed = async (who: Meeting['who']) => {
      const { prompts } = await (await meet(t, { store, who, era })).listPrompts()
      const { arguments: args = [] } = prompts.find((p) => p.name === 'instructor_message') ?? {}
      return args.map(({ name, required }) => [name, required])
    }
    const about = [
      ['opponentName', false],
      ['topic', false],
    ]
    t.strictSame(await listed(ender), about)
    t.strictSame(await listed(instructor()), [['studentName', true], ...about])
  })

  t.test(`${era}: MCP, Completion: students and armies by their names`, async (t) => {
    const complete = async (who: Meeting['who'], name: string, value: string) => {
      const client = await meet(t, { store, who, era })
      const ref = { type: 'ref/prompt' as const, name: 'instructor_message' }
      return (await client.complete({ ref, argument: { name, value } })).completion.values
    }
    t.strictSame(await complete(instructor(), 'studentName', 'be'), ['Bean', 'Bernard'])
    t.strictSame(await complete(instructor(), 'studentName', 'Baen'), ['Bean'])
    t.strictSame(await complete(ender, 'opponentName', 'sal'), ['Salamander Army'])
    t.strictSame(await complete(ender, 'studentName', 'be'), [], 'a student names nobody')
    t.strictSame(await complete(ender, 'topic', 'x'), [])
    t.strictSame(await complete(ender, 'constructor', 'x'), [])
    t.strictSame(await complete(student('BS-2401', []), 'opponentName', 'sal'), [], 'no scope')
    t.strictSame(await complete(student('BS-9999'), 'opponentName', 'sal'), [], 'no such student')
  })
}

t.test('the next opponent and the topic are part of it', async (t) => {
  const text = await ask(t, { who: ender }, { opponentName: 'salamander army', topic: 'patience' })
  t.match(text, /Name: Salamander Army\n- Record: 15 wins, 3 losses\n- Known tactics: Wall form/)
  t.match(text, /The topic: patience$/)
})

t.test('the own army is no opponent, an unknown one is told with near names', async (t) => {
  await t.rejects(ask(t, { who: ender }, { opponentName: 'Dragon Army' }), {
    code: -32602,
    message: /Ender Wiggin’s own army/,
  })
  await t.rejects(ask(t, { who: ender }, { opponentName: 'Phenix Army' }), {
    code: -32602,
    message: /Near names: Phoenix Army/,
  })
})

t.test('what does not fit is -32602: empty, too long, unknown arguments', async (t) => {
  for (const args of [
    { topic: ' ' },
    { topic: 'x'.repeat(201) },
    { opponentName: '' },
    { x: 'y' },
  ]) {
    await t.rejects(ask(t, { who: ender }, args as Record<string, string>), { code: -32602 })
  }
})

t.test('an instructor without school:instruct opens no record by a prompt either', async (t) => {
  const who = instructor(['school:read', 'school:write'])
  await t.rejects(ask(t, { who }, { studentName: 'Bean' }), {
    code: -32602,
    message: /school:instruct/,
  })
})

t.test('who is student and instructor at once is written to, or names another', async (t) => {
  const { extra, ...auth } = instructor()
  const person = { ...(extra?.person as object), studentId: 'BS-2401' }
  const who = { ...auth, extra: { person } }
  t.match(await ask(t, { who }), /Name: Ender Wiggin/)
  t.match(await ask(t, { who }, { studentName: 'Bean' }), /Name: Bean\n/)
})

t.test('a student without an army is written to all the same', async (t) => {
  const alai = {
    id: 'BS-1',
    name: 'Alai',
    age: 9,
    aptitudeScore: 90,
    battleExperience: 'Beginner',
    specialization: 'Assault',
  }
  const small = new MemorySchoolStore({ students: [alai], armies: [] })
  t.match(await ask(t, { store: small, who: student('BS-1') }), /not assigned to an army/)
})
