/** Holds docs/specifications.md against the tests: a kept MUST names a test that exists, and none is owed. */
import { existsSync, readFileSync } from 'node:fs'
import { testTitles } from '../test/support/tap-calls.ts'
import { faultsOf, type Row, readRows, STATES } from './specification-rows.ts'

const root = new URL('..', import.meta.url)
const known = new Map<string, string[] | undefined>()

/** Only what lies in a folder of tests can prove something. */
function titlesOf(file: string): string[] | undefined {
  if (!known.has(file)) {
    const url = new URL(file, root)
    const isTest = /(^|\/)test\/.*\.ts$/.test(file) && existsSync(url)
    known.set(file, isTest ? testTitles(file, readFileSync(url, 'utf8')) : undefined)
  }
  return known.get(file)
}

const rows = readRows(readFileSync(new URL('docs/specifications.md', root), 'utf8'))
const inState = (state: string): Row[] => rows.filter(({ cells }) => cells[3] === state)
const faults = faultsOf(rows, titlesOf)
for (const { line, specification, cells } of inState('owed')) {
  faults.push(`line ${line}, ${specification} §${cells[0]}: owed: ${cells[1]}`)
}
const counts = STATES.map((state) => `${inState(state).length} ${state}`).join(', ')
process.stdout.write(`docs/specifications.md: ${rows.length} rows, ${counts}\n`)
if (faults.length > 0) {
  process.stderr.write(`${faults.join('\n')}\n`)
  process.exitCode = 1
}
