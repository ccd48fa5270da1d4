import t from 'tap'
import { pageOf } from '../../src/resources/page.ts'
import { armyUri } from '../../src/resources/school-uri.ts'

const uris = ['e', 'c', 'a', 'd', 'b'].map(armyUri)
const sorted = [...uris].sort()

t.test(
  'MCP, Pagination: every item comes once, in one order, and the last page has no cursor',
  async (t) => {
    const first = pageOf(uris, undefined, 2)
    const second = pageOf(uris, first.nextCursor, 2)
    const third = pageOf(uris, second.nextCursor, 2)
    t.strictSame([...first.uris, ...second.uris, ...third.uris], sorted)
    t.notOk(Object.hasOwn(third, 'nextCursor'))
    t.notOk(Object.hasOwn(pageOf(uris, undefined, uris.length), 'nextCursor'))
  },
)

t.test('what comes or goes meanwhile shifts no page', async (t) => {
  const { nextCursor } = pageOf(uris, undefined, 2)
  const without = uris.filter((uri) => uri !== armyUri('b'))
  t.strictSame(pageOf([...without, armyUri('aa')], nextCursor, 2).uris, ['c', 'd'].map(armyUri))
})

t.test('MCP, Pagination: a cursor that was not given is -32602', async (t) => {
  const { nextCursor = '' } = pageOf(uris, undefined, 2)
  const made = (text: string) => Buffer.from(text).toString('base64url')
  for (const cursor of [
    '',
    'unknown',
    ' ',
    `${nextCursor}=`,
    `${nextCursor} `,
    made('hello'),
    made('school://unknown'),
    '\u0000',
    'x'.repeat(1_000_000),
  ]) {
    t.throws(() => pageOf(uris, cursor, 2), { code: -32602, message: 'Invalid cursor' })
  }
})
