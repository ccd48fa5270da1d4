/** The contract of `npm start`: who runs it sees what to do, and nothing is left when it ends, however it ends. */
import { once } from 'node:events'
import { createServer } from 'node:net'
import t from 'tap'
import { answers, silentWithin, startHouse } from '../support/house-of-npm-start.ts'
import { freePorts } from '../support/ports.ts'

t.test('npm start builds, opens the house, and says what to do', async (t) => {
  const house = await startHouse(t, {}, true)
  const output = house.output()
  for (const expected of [
    house.url,
    `http://localhost:${house.port}/account`,
    'ender',
    'valentine',
    'battle-school',
    `claude mcp add --transport http battle-school ${house.url}`,
    'code --add-mcp',
    '@modelcontextprotocol/inspector',
    'need a public https URL',
  ]) {
    t.match(output, expected)
  }
  const noise = output
    .slice(0, output.indexOf('Battle School is open'))
    .split('\n')
    .filter((line) => !/^$|^> |^npm warn|Unsupported runtime/.test(line))
  t.same(noise, [], 'nothing but the one line of an unsupported runtime')
  t.equal((await fetch(`http://127.0.0.1:${house.port}/readyz`)).status, 200)
  t.equal((await fetch(house.url, { method: 'POST' })).status, 401)

  house.npm.kill('SIGINT')
  t.ok(await silentWithin(house, 2_000), 'SIGINT to npm: no port answers two seconds later')
})

t.test('a provider that takes its time to open is waited for, without a warning', async (t) => {
  const slow = `if (process.argv[1]?.endsWith('provider-process.js')) await new Promise((go) => setTimeout(go, 3_000))`
  const house = await startHouse(t, {
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(slow)}`,
  })
  t.match(house.output(), 'Battle School is open')
  t.notMatch(house.output(), /"level":|does not answer/)
})

t.test('SIGTERM to npm: no port answers two seconds later', async (t) => {
  const house = await startHouse(t, {}, true)
  house.npm.kill('SIGTERM')
  t.ok(await silentWithin(house, 2_000))
})

t.test('kill -9 of the launcher: no port answers two seconds later', async (t) => {
  const house = await startHouse(t)
  process.kill(house.pids().launcher, 'SIGKILL')
  t.ok(await silentWithin(house, 2_000))
})

t.test('a Ctrl-C that reaches everybody at once ends quietly, with 0', async (t) => {
  const house = await startHouse(t)
  const { launcher, services } = house.pids()
  t.equal(services.length, 3)
  for (const pid of [...services, launcher]) process.kill(pid, 'SIGINT')
  t.equal(await house.ended, 0)
  t.notMatch(house.output(), /ended, so the house closes/)
})

t.test('the death of any one stops all, with a sentence and an exit code', async (t) => {
  for (const which of [0, 1, 2]) {
    const house = await startHouse(t)
    process.kill(house.pids().services[which] ?? 0, 'SIGKILL')
    t.ok(await silentWithin(house, 2_000), `service ${which}`)
    t.equal(await house.ended, 1)
    t.match(house.output(), /(the gateway|mcp|the embedded provider) ended, so the house closes/)
  }
})

t.test('a busy port is named before anything starts', async (t) => {
  for (const offset of [0, 1, 2]) {
    const first = await freePorts(3)
    const port = first + offset
    const stranger = createServer().listen(port, '127.0.0.1')
    await once(stranger, 'listening')
    t.teardown(() => stranger.close())
    const house = await startHouse(t, { PORT: String(first) })
    t.equal(await house.ended, 1)
    t.match(house.output(), `Port ${port} is busy`)
    for (const other of [0, 1, 2].filter((at) => at !== offset)) {
      t.equal(await answers(first + other), false)
    }
  }
})

t.test('settings that cannot be are one sentence, and exit 1', async (t) => {
  for (const [env, sentence] of [
    [{ PORT: 'eighty' }, /PORT is eighty/],
    [{ OIDC_ISSUER: 'https://sso.example' }, /OIDC_ISSUER is set/],
    [{ PUBLIC_URL: 'http://door.example' }, /PUBLIC_URL must be https/],
    [{ PUBLIC_URL: 'https://door.example' }, /BATTLE_SCHOOL_DEMO_PASSWORD is the well-known one/],
    [{ ACCESS_TOKEN_TTL: '1' }, /ACCESS_TOKEN_TTL/],
  ] as const) {
    const house = await startHouse(t, env)
    t.equal(await house.ended, 1)
    t.match(house.output(), sentence)
    t.notMatch(house.output(), / {4}at /, 'no stack')
  }
})
