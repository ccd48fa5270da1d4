/** The processes of `npm run directory` and `npm run doctor` at a Redis that is down: what a person reads on the terminal. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const SENTENCE =
  'Redis does not answer: is it up, and are address, user and password in REDIS_URL right?'

/** An address at which nobody listens. */
async function nowhere(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return `redis://127.0.0.1:${port}`
}

for (const [command, words, more] of [
  ['doctor', [], ''],
  ['doctor', ['--explain', 'ender@school.example'], ''],
  ['directory', ['history'], ''],
  ['directory', ['remove', 'BS-2401'], ' What was begun can be repeated.'],
] as const) {
  t.test(`${command} ${words.join(' ')}: one sentence, and 3`, async (t) => {
    const script = fileURLToPath(new URL(`../../src/${command}.ts`, import.meta.url))
    const child = spawn(process.execPath, [...process.execArgv, script, ...words], {
      env: {
        PATH: process.env.PATH,
        SECRET_KEY: 'a secret key of the tests that is long enough',
        OIDC_ISSUER: 'http://localhost:9',
        OIDC_CLIENT_SECRET: 'upstream secret',
        REDIS_URL: await nowhere(),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const [out, err, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ])
    t.same({ out, err, code }, { out: '', err: `${SENTENCE}${more}\n`, code: 3 })
  })
}
