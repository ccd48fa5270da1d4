import { chmodSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { findChromium } from './chromium.ts'

t.test('CHROMIUM, else the usual names on PATH in their order', async (t) => {
  const folder = t.testdir({ a: { 'google-chrome': '' }, b: { chromium: '', 'no-program': '' } })
  for (const path of ['a/google-chrome', 'b/chromium']) chmodSync(`${folder}/${path}`, 0o755)
  writeFileSync(`${folder}/b/no-program`, '')
  const PATH = `/no/such/folder:${folder}/a:${folder}/b`
  t.equal(findChromium({ PATH }), `${folder}/b/chromium`)
  t.equal(findChromium({ PATH: `${folder}/a` }), `${folder}/a/google-chrome`)
  const CHROMIUM = `${folder}/a/google-chrome`
  t.equal(findChromium({ PATH, CHROMIUM }), CHROMIUM)
  t.throws(() => findChromium({ PATH: '' }), {
    message:
      'These tests need a Chromium: set CHROMIUM to its path, or have chromium, chromium-browser, google-chrome on PATH.',
  })
  t.throws(() => findChromium({ PATH, CHROMIUM: `${folder}/b/no-program` }), {
    message: `These tests need a Chromium, and CHROMIUM names none: ${folder}/b/no-program`,
  })
})
