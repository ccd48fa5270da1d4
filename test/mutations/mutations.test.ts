/**
 * npm run test:mutations: takes each listed defence out of a copy of the tree, and sees the named test fail. A test that
 * passes either way proves nothing.
 */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { Laboratory } from './laboratory.ts'
import { mutations } from './mutations.ts'

/** As many at once as a small machine has cores; each works on a copy of its own. */
const laboratories = [new Laboratory(), new Laboratory()]
t.teardown(() => {
  for (const laboratory of laboratories) laboratory.close()
})
t.jobs = laboratories.length

for (const [lane, laboratory] of laboratories.entries()) {
  const share = <T>(all: Iterable<T>) =>
    [...all].filter((_, at) => at % laboratories.length === lane)

  t.test(`laboratory ${lane + 1}`, { buffered: true }, async (t) => {
    await t.test('with every defence in its place the named tests pass', async (t) => {
      for (const test of share(new Set(mutations.map((mutation) => mutation.test)))) {
        t.strictSame(await laboratory.run(test), { passed: true, failed: [] }, test)
      }
    })

    for (const { threat, file, from, to, test, title } of share(mutations)) {
      const what = from.split('\n')[0]?.trim().slice(0, 60)
      await t.test(`${threat}: ${file} without “${what}”`, async (t) => {
        const { passed, failed } = await laboratory.withChange(file, from, to, test)
        t.notOk(passed, `${test} notices`)
        t.ok(
          failed.some((name) => name.startsWith(title)),
          `${title} fails`,
        )
      })
    }
  })
}

t.test('docs/threats.md names each mutation, and each that it names is run', async (t) => {
  const threats = readFileSync(new URL('../../docs/threats.md', import.meta.url), 'utf8')
  const named = new Set([...threats.matchAll(/^\| (T\d+) \|.*✓ \|$/gm)].map(([, id = '']) => id))
  t.same([...new Set(mutations.map(({ threat }) => threat))].sort(), [...named].sort())
})
