import t from 'tap'
import { PAGE } from '../../src/resources/resource-list.ts'
import { armyUri, LONGEST_URI, studentUri } from '../../src/resources/school-uri.ts'
import { battleSchool } from '../../src/school/battle-school.ts'
import { MemorySchoolStore } from '../../src/school/memory-school-store.ts'
import { instructor, type Meeting, meet, student } from '../support/school.ts'

const store = new MemorySchoolStore(battleSchool)
const ender = student('BS-2401')
const both = ['school:read', 'school:write']
const armies = ['Dragon Army', 'Phoenix Army', 'Salamander Army'].map(armyUri)
const ids = battleSchool.students.map(({ id }) => id)

for (const era of ['modern', 'legacy'] as const) {
  const open = (who: Meeting['who']) => meet(t, { store, who, era })
  const read = async (who: Meeting['who'], uri: string) => {
    const { contents } = await (await open(who)).readResource({ uri })
    const [content] = contents
    if (content === undefined || !('text' in content)) throw new TypeError('no text')
    return { ...content, value: JSON.parse(content.text) }
  }
  const listed = async (who: Meeting['who']) => {
    const { resources } = await (await open(who)).listResources()
    return resources.map(({ uri }) => uri)
  }

  t.test(`${era}: the own record is whole, another’s is its public part`, async (t) => {
    const own = await read(ender, 'school://students/BS-2401')
    t.match(own, { uri: 'school://students/BS-2401', mimeType: 'application/json' })
    t.match(own.value, { id: 'BS-2401', age: 10, aptitudeScore: 99, army: 'Dragon Army' })
    const beans = await read(ender, 'school://students/BS-2507')
    t.strictSame(Object.keys(beans.value).sort(), ['army', 'name', 'rank', 'specialization'])
  })

  t.test(`${era}: an instructor reads whole records with school:instruct only`, async (t) => {
    t.match((await read(instructor(), 'school://students/BS-2507')).value, { age: 8 })
    const { value } = await read(instructor(both), 'school://students/BS-2507')
    t.notOk('age' in value)
  })

  t.test(`${era}: battles won are the army’s own and the instructors’ to know`, async (t) => {
    const uri = 'school://armies/Dragon%20Army'
    const own = await read(ender, uri)
    t.match(own, { uri, mimeType: 'application/json' })
    t.match(own.value, { commander: 'Ender Wiggin', wins: 12, soldiers: [{ battlesWon: 8 }] })
    t.match((await read(instructor(), uri)).value, { soldiers: [{ battlesWon: 8 }] })
    const { value } = await read(student('BS-2389'), uri)
    t.match(value, { soldiers: [{ name: 'Bean', rank: 'Toon Leader' }] })
    t.notMatch(JSON.stringify(value), 'battlesWon')
  })

  t.test(`${era}: an army is found in any case, and its own URI is told`, async (t) => {
    const found = await read(ender, 'school://armies/dragon%20ARMY')
    t.equal(found.uri, 'school://armies/Dragon%20Army')
  })

  t.test(`${era}: the standings`, async (t) => {
    const { value } = await read(ender, 'school://standings')
    t.match(value, {
      standings: [{ place: 1, army: 'Salamander Army', wins: 15, losses: 3 }, {}, {}],
    })
  })

  t.test(`${era}: MCP, Resources: what is not there is -32602 with its URI`, async (t) => {
    const client = await open(ender)
    for (const uri of [
      'school://students/BS-9999',
      'school://armies/Rat%20Army',
      'school://armies/%20',
      'school://armies/%ff',
      'school://students/',
      'school://unknown',
      'file:///etc/passwd',
      armyUri('x'.repeat(LONGEST_URI)),
    ]) {
      await t.rejects(client.readResource({ uri }), { code: -32602, data: { uri } }, uri)
    }
  })

  t.test(`${era}: who does not belong to the school reads nothing, and is told why`, async (t) => {
    const client = await open(student('BS-9999'))
    await t.rejects(client.readResource({ uri: 'school://standings' }), {
      code: -32602,
      message: /BS-9999, which this school does not have/,
    })
    t.strictSame(await listed(student('BS-9999')), ['school://standings'])
  })

  t.test(`${era}: the list holds one’s own id, and every id for instructors`, async (t) => {
    const common = [...armies, 'school://standings']
    t.strictSame(await listed(ender), [...common, 'school://students/BS-2401'])
    t.strictSame(await listed(instructor()), [...common, ...ids.map(studentUri).sort()])
    t.strictSame(await listed(instructor(both)), common, 'without school:instruct')
    t.strictSame(
      await listed(student('BS-2401', [])),
      ['school://standings'],
      'without school:read',
    )
  })

  t.test(`${era}: each of the list has a name, a title and a type`, async (t) => {
    const { resources } = await (await open(ender)).listResources()
    t.match(resources, [
      { name: 'Dragon Army', title: 'Dragon Army', mimeType: 'application/json' },
      {},
      {},
      { name: 'standings', title: 'Standings', mimeType: 'application/json' },
      { name: 'BS-2401', title: 'Ender Wiggin', mimeType: 'application/json' },
    ])
  })

  t.test(
    `${era}: MCP, Pagination: a long list comes in pages, a made-up cursor is -32602`,
    async (t) => {
      const [first] = battleSchool.students
      if (first === undefined) throw new TypeError('no student')
      const many = Array.from({ length: PAGE + 3 }, (_, at) => ({ ...first, id: `S-${at}` }))
      const large = new MemorySchoolStore({ students: many, armies: [] })
      const client = await meet(t, { store: large, who: instructor(), era })
      const all = await client.listResources()
      t.strictSame(
        all.resources.map(({ uri }) => uri),
        ['school://standings', ...many.map(({ id }) => studentUri(id)).sort()],
      )
      const last = Buffer.from(all.resources[PAGE - 1]?.uri ?? '').toString('base64url')
      const rest = await client.listResources({ cursor: last })
      t.equal(rest.resources.length, many.length + 1 - PAGE)
      t.equal(rest.nextCursor, undefined)
      for (const cursor of ['unknown', '0', Buffer.from('x').toString('base64url')]) {
        await t.rejects(client.listResources({ cursor }), {
          code: -32602,
          message: /Invalid cursor/,
        })
      }
    },
  )

  t.test(`${era}: the templates, and the completion of their variables`, async (t) => {
    const client = await open(ender)
    const { resourceTemplates } = await client.listResourceTemplates()
    t.match(resourceTemplates, [
      { uriTemplate: 'school://armies/{name}', mimeType: 'application/json' },
      { uriTemplate: 'school://students/{id}', mimeType: 'application/json' },
    ])
    const complete = async (who: Meeting['who'], uri: string, name: string, value: string) => {
      const ref = { type: 'ref/resource' as const, uri }
      return (await (await open(who)).complete({ ref, argument: { name, value } })).completion
    }
    const [army, one] = ['school://armies/{name}', 'school://students/{id}']
    t.strictSame((await complete(ender, army, 'name', 'dra')).values, ['Dragon Army'])
    t.strictSame((await complete(ender, one, 'id', 'BS')).values, ['BS-2401'], 'one’s own only')
    t.strictSame((await complete(instructor(), one, 'id', 'BS-2')).values, [...ids].sort())
    t.strictSame((await complete(student('BS-2401', []), army, 'name', '')).values, [])
    for (const name of ['other', 'constructor', '__proto__']) {
      t.strictSame((await complete(ender, army, name, 'x')).values, [], name)
    }
    await t.rejects(complete(ender, 'school://unknown/{x}', 'x', 'x'), { code: -32602 })
  })

  t.test(
    `${era}: MCP, Completion: no more than a hundred values, and how many there are`,
    async (t) => {
      const [first] = battleSchool.students
      if (first === undefined) throw new TypeError('no student')
      const many = Array.from({ length: 120 }, (_, at) => ({ ...first, id: `S-${at}` }))
      const large = new MemorySchoolStore({ students: many, armies: [] })
      const client = await meet(t, { store: large, who: instructor(), era })
      const { completion } = await client.complete({
        ref: { type: 'ref/resource', uri: 'school://students/{id}' },
        argument: { name: 'id', value: 'S-' },
      })
      t.match(completion, { values: { length: 100 }, total: 120, hasMore: true })
    },
  )
}
