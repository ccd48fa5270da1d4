import t from 'tap'
import { OutageLog } from '../../src/operations/outage-log.ts'
import { StoreUnavailableError } from '../../src/redis/ask.ts'

function open(quiet: number) {
  const lines: string[] = []
  let onBack = () => {}
  const back = () =>
    new Promise<void>((resolve) => {
      onBack = resolve
    })
  const log = {
    error: (_fields: object, message: string) => void lines.push(message),
    info: (message: string) => {
      lines.push(message)
      onBack()
    },
  }
  return { outages: new OutageLog(log as never, quiet), lines, back }
}

const away = new StoreUnavailableError(new Error('expected by the test'))

t.test('an outage is a line when it begins and one when it is over, for all', async (t) => {
  const { outages, lines, back } = open(20)
  const reporters = ['a view', 'a call'].map((what) => outages.reporter(what))
  const over = back()
  for (let time = 0; time < 100; time++) for (const report of reporters) report(away)
  t.strictSame(lines, ['Redis is lost; trying again'])
  // What waits in the background keeps no process alive.
  const alive = setInterval(() => {}, 1_000)
  await over
  clearInterval(alive)
  t.strictSame(lines, ['Redis is lost; trying again', 'Redis is back'])
  reporters[0]?.(away)
  t.equal(lines.length, 3, 'the next outage is another')
})

t.test('what is no outage is logged each time, as what it is', async (t) => {
  const { outages, lines } = open(60_000)
  const report = outages.reporter('MCP request failed')
  report(away)
  report(new TypeError('a mistake'))
  report(new TypeError('a mistake'))
  t.strictSame(lines, ['Redis is lost; trying again', 'MCP request failed', 'MCP request failed'])
})
