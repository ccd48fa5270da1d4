import t from 'tap'
import { moment } from '../../src/pages/moment.ts'

t.test('a moment has no word of another language', async (t) => {
  const at = Date.UTC(2026, 10, 29, 14, 10)
  const machine = '2026-11-29T14:10:00.000Z'
  t.equal(moment('ko', at).text, `<time datetime="${machine}">2026. 11. 29. 14:10 UTC</time>`)
  t.match(moment('ko', Date.UTC(2026, 10, 29)).text, '2026. 11. 29. 00:00 UTC')
  t.match(moment('en', at).text, /Nov 29, 2026, 2:10\sPM UTC/)
})
