import { type ChildProcess, type ForkOptions, fork } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'

const server = fileURLToPath(new URL('../src/server.ts', import.meta.url))

function run(t: Test, environment: Record<string, string>) {
  const options: ForkOptions = { env: { ...process.env, ...environment }, silent: true }
  const child = fork(server, options)
  t.teardown(() => child.kill('SIGKILL'))
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
  }
  return { child, output: () => output, ended: once(child, 'exit') }
}

/** The address that the process says it listens at. */
async function listening(child: ChildProcess, output: () => string): Promise<string> {
  for (;;) {
    const address = /Server listening at (http:[^"]+)/.exec(output())?.[1]
    if (address !== undefined) return address
    await Promise.race([once(child.stdout ?? child, 'data'), once(child, 'exit')])
    if (child.exitCode !== null) throw new Error(output())
  }
}

const farewells = {
  SIGTERM: (child: ChildProcess) => child.kill('SIGTERM'),
  SIGINT: (child: ChildProcess) => child.kill('SIGINT'),
  'the end of its IPC channel': (child: ChildProcess) => child.disconnect(),
}

for (const [reason, say] of Object.entries(farewells)) {
  t.test(`it serves until ${reason}, then ends with 0`, async (t) => {
    const { child, output, ended } = run(t, { PORT: '0' })
    const address = await listening(child, output)
    t.match(await (await fetch(`${address}/healthz`)).json(), { status: 'alive' })
    say(child)
    t.strictSame(await ended, [0, null])
    await t.rejects(fetch(`${address}/healthz`))
  })
}

t.test('a port that is in use is named', async (t) => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  t.teardown(() => other.close())
  const { port } = other.address() as AddressInfo
  const { output, ended } = run(t, { PORT: String(port) })
  t.strictSame(await ended, [1, null])
  t.match(output(), `port ${port} on 127.0.0.1 is in use`)
})

t.test('a configuration error lists every problem and ends with 1', async (t) => {
  const { output, ended } = run(t, { PORT: 'x', PUBLIC_URL: 'y' })
  t.strictSame(await ended, [1, null])
  t.match(output(), /2 problem\(s\):\n {2}- PORT .*\n {2}- PUBLIC_URL /)
  t.notMatch(output(), /\bat .*:\d+:\d+/, 'no stack')
})
