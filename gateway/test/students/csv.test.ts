import fc from 'fast-check'
import t from 'tap'
import { csvLine, readCsv } from '../../src/students/csv.ts'

t.test(
  'CSV injection: no cell that is written begins as a formula, and it is read back as it was',
  async (t) => {
    for (const cell of [
      '=1+1',
      '+1',
      '-1',
      '@SUM(A1)',
      '\t=1',
      '\r=1',
      "'=1",
      '＝1',
      '=cmd|"/C calc"!A0',
    ]) {
      const line = csvLine([cell, 'x'])
      t.notMatch(line, /^"?[=+\-@\t\r＝]/, JSON.stringify(cell))
      t.same(readCsv(line).rows[0]?.cells, [cell, 'x'])
    }
  },
)

t.test('RFC 4180 §2: whatever is written is read back, wherever its lines end', async (t) => {
  const cell = fc.oneof(
    fc.string(),
    fc.stringMatching(/^[=+@"',\r\n\t -]{0,8}$/),
    fc.string({ unit: 'binary' }),
  )
  const property = fc.property(
    fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 5 }),
    (rows) => {
      const { rows: read, problems } = readCsv(rows.map(csvLine).join(''))
      return (
        problems.length === 0 &&
        JSON.stringify(read.map(({ cells }) => cells)) === JSON.stringify(rows)
      )
    },
  )
  t.doesNotThrow(() => fc.assert(property, { numRuns: 1000 }))
})

t.test('any text at all is read without a crash, and in linear time', async (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const { rows, problems } = readCsv(text)
      return rows.length + problems.length <= text.length + 1
    }),
    { numRuns: 1000 },
  )
  // What is not linear does not come to an end here.
  t.equal(readCsv('"'.repeat(300_001)).rows.length, 0)
  t.equal(readCsv(`${'a,'.repeat(300_000)}\n`).rows[0]?.cells.length, 300_001)
})

t.test('a mistake is told with the line where its row begins', async (t) => {
  const { rows, problems } = readCsv('a,b\r\n"x\ny",2\n3,"4"5\n6,7\n8,"9\n10')
  t.same(rows, [
    { line: 1, cells: ['a', 'b'] },
    { line: 2, cells: ['x\ny', '2'] },
    { line: 5, cells: ['6', '7'] },
  ])
  t.same(problems, ['line 4: text after a closing quote', 'line 6: a quote that is never closed'])
})
