/** The check of docs/specifications.md finds each kind of fault; that the document has none is `npm run check`. */
import t from 'tap'
import { faultsOf, readRows, SPECIFICATIONS } from '../../scripts/specification-rows.ts'
import { testTitles } from '../support/tap-calls.ts'

const FILE = 'gateway/test/a.test.ts'
const titles = testTitles(
  FILE,
  `t.test('RFC 1 §1: one', async (t) => {
    t.test('a nested one', async () => {})
  })
  t.test(
    "RFC 1 §1: on the next line",
    async () => {},
  )
  for (const kind of ['a']) t.test(\`\${kind} is refused\`, async () => {})
  t.test('with | and “quotes”', async () => {})
  t.equal('RFC 1 §9: no test', '')`,
)
const titlesOf = (file: string) => (file === FILE ? titles : undefined)

/** A document in which every specification has the rows that it needs, and one more. */
const documentWith = (row: string) =>
  SPECIFICATIONS.map(
    (name) => `## ${name}: its name

| § | requirement | word | state | test |
|---|---|---|---|---|
| 1 | is fine | MUST | not applicable | not offered |
`,
  ).join('\n') + row

const faults = (row: string) => faultsOf(readRows(documentWith(row)), titlesOf)

t.test('titles are read wherever they stand', async (t) => {
  t.same(titles, [
    'RFC 1 §1: one',
    'a nested one',
    'RFC 1 §1: on the next line',
    ['$', '{kind} is refused'].join(''),
    'with | and “quotes”',
  ])
})

t.test('a row that is right has no fault', async (t) => {
  for (const row of [
    `| 1 | x | MUST | kept | \`${FILE}\` › \`RFC 1 §1: one\` |`,
    `| 1 | x | MUST NOT | kept | \`${FILE}\` › \`RFC 1 §1: on the\`<br>\`${FILE}\` › \`a nested one\` |`,
    `| 1 | x \\| y | SHOULD | kept | \`${FILE}\` › \`with \\| and\` |`,
    '| 1 | x | SHOULD NOT | departs | ADR 8 |',
    '| 1 | x | MUST | owed | |',
  ]) {
    t.same(faults(row), [], row)
  }
})

t.test('each kind of fault is found, with its line and section', async (t) => {
  const line = documentWith('').split('\n').length
  for (const [row, fault] of [
    ['| 7 | x | MUST | kept | |', 'kept without a test'],
    ['| 7 | x | MUST | kept | some test |', '“some test” is not `file` › `title`'],
    [
      '| 7 | x | MUST | kept | `gateway/test/b.test.ts` › `x` |',
      'no test file gateway/test/b.test.ts',
    ],
    [
      `| 7 | x | MUST | kept | \`${FILE}\` › \`RFC 1 §9\` |`,
      `0 tests of ${FILE} begin with “RFC 1 §9”`,
    ],
    [`| 7 | x | MUST | kept | \`${FILE}\` › \`RFC 1\` |`, `2 tests of ${FILE} begin with “RFC 1”`],
    ['| 7 | x | MUST | done | |', 'unknown state “done”'],
    ['| 7 | x | MAY | owed | |', 'unknown word “MAY”'],
    ['| 7 | x | MUST | not applicable | |', 'not applicable without a reason'],
    ['| 7 | x | MUST | departs | |', 'departs without a reason'],
    ['| 7 | x | MUST | owed | | and more |', 'has 6 cells instead of 5'],
    ['| 7 | | MUST | owed | |', 'names no section or no requirement'],
  ] as const) {
    t.same(faults(row), [`line ${line}, MCP 2026-07-28 §7: ${fault}`], row)
  }
})

t.test('a specification that is left out is found', async (t) => {
  const without = documentWith('').replace('## RFC 8707: its name', '## RFC 8708: its name')
  t.same(faultsOf(readRows(without), titlesOf), ['RFC 8707 has no row'])
})
