/** docs/threats.md leads somewhere: each row names a file that is there, and one test by its title. */
import { existsSync, readFileSync } from 'node:fs'
import t from 'tap'
import { proofFaults } from '../../scripts/specification-rows.ts'
import { mutations } from '../mutations/mutations.ts'
import { testTitles } from '../support/tap-calls.ts'

const root = new URL('../..', import.meta.url)
const rows = readFileSync(new URL('docs/threats.md', root), 'utf8')
  .split('\n')
  .filter((line) => /^\| T\d+ \|/.test(line))
  .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()))

function titlesOf(file: string): string[] | undefined {
  const url = new URL(file, root)
  return existsSync(url) ? testTitles(file, readFileSync(url, 'utf8')) : undefined
}

t.test('every row has its cells, and an id of its own', async (t) => {
  t.ok(rows.length > 50)
  t.same([...new Set(rows.map(({ length }) => length))], [8])
  t.equal(new Set(rows.map(([, id]) => id)).size, rows.length)
  for (const [, id = '', topic, threat, , , proven] of rows) {
    t.ok(topic && threat, id)
    t.ok(proven === '✓' || proven === '', id)
  }
})

t.test('the files that stop an attack are there', async (t) => {
  for (const [, id, , , where = ''] of rows) {
    for (const [, file = ''] of where.matchAll(/`([\w/-]+\.ts)`/g)) {
      t.ok(existsSync(new URL(file, root)), `${id}: ${file}`)
    }
  }
})

t.test('the test of each row is one that is there', async (t) => {
  for (const [, id = '', , , , test = ''] of rows) t.same(proofFaults(test, titlesOf), [], id)
})

t.test('what test:mutations takes out stands in its file, once', async (t) => {
  for (const { threat, file, from } of mutations) {
    const source = readFileSync(new URL(file, root), 'utf8')
    t.equal(source.split(from).length, 2, `${threat}: ${file}: ${from}`)
  }
})

t.test('RFC 9700: every subsection of section 4 has a row', async (t) => {
  const sections = rows.flatMap(([, , section]) => (section?.startsWith('4.') ? [section] : []))
  const wanted = Array.from({ length: 17 }, (_, index) => `4.${index + 1}`)
  for (const section of wanted) {
    t.ok(
      sections.some((found) => found === section || found.startsWith(`${section}.`)),
      section,
    )
  }
})
