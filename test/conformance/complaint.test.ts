/** The judgement on the runner's checks: without it a failure, a stale entry or a missing scenario would pass unseen. */
import t from 'tap'
import { complaint } from './complaint.ts'
import { EXPECTED_FAILURES } from './expected-failures.ts'
import type { Check } from './runner.ts'

const check = (status: Check['status'], errorMessage?: string): Check => ({
  id: 'some-check',
  status,
  ...(errorMessage !== undefined && { errorMessage }),
})
const good = [check('INFO'), check('SUCCESS')]

t.test('a scenario passes with checks that succeed, and only with them', async (t) => {
  t.equal(complaint(good, false), undefined)
  t.equal(complaint(undefined, false), 'it did not run')
  t.equal(complaint([check('INFO')], false), 'it made no check')
  for (const status of ['FAILURE', 'WARNING', 'SKIPPED'] as const) {
    t.equal(complaint([...good, check(status, 'no')], false), `some-check ${status} no`)
  }
})

t.test('what is said of a failure is bounded', async (t) => {
  const many = Array.from({ length: 1_000 }, () => check('FAILURE', 'x'.repeat(100_000)))
  t.ok(Number(complaint(many, false)?.length) < 2_000)
})

t.test('a scenario on the list fails, or the entry is stale', async (t) => {
  t.equal(complaint([...good, check('FAILURE')], true), undefined)
  t.equal(complaint(good, true), 'it passes: take it off the list')
  t.equal(complaint(undefined, true), 'it did not run')
})

t.test('the list holds nothing but the tasks extension', async (t) => {
  const others = Object.keys(EXPECTED_FAILURES).filter((name) => !name.startsWith('tasks-'))
  t.same(others, [])
})
