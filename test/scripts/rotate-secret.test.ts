/** npm run rotate-secret, on files as people write them. */
import { execFile } from 'node:child_process'
import { chmodSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseEnv, promisify } from 'node:util'
import t from 'tap'
import { finish, prepare } from '../../scripts/secret-rotation.ts'

const OLD = 'the-secret-key-that-was-first-0000000001'
const NEW = 'the-secret-key-that-comes-next-000000002'
const script = fileURLToPath(new URL('../../scripts/rotate-secret.ts', import.meta.url))
const root = fileURLToPath(new URL('../..', import.meta.url))

async function rotate(...args: string[]): Promise<{ code: number; said: string }> {
  const all = ['--import=@tapjs/typescript/import', script, ...args]
  const ran = promisify(execFile)(process.execPath, all, { cwd: root })
  return ran.then(
    ({ stdout, stderr }) => ({ code: 0, said: stdout + stderr }),
    ({ code, stdout, stderr }) => ({ code, said: stdout + stderr }),
  )
}

const former = (text: string) => parseEnv(text).FORMER_SECRET_KEYS?.split(',') ?? []

t.test('the new key is readable first and current second; every other line stays', (t) => {
  const before = `# ours\nPUBLIC_URL=https://a.example\nSECRET_KEY=${OLD} # keep\n\n#FORMER_SECRET_KEYS=\nLAST=1\n`
  const prepared = prepare(before, NEW)
  t.match(parseEnv(prepared), { SECRET_KEY: OLD, FORMER_SECRET_KEYS: NEW })
  const { text, dropped } = finish(prepared, 3)
  t.equal(
    text,
    before.replace(
      `SECRET_KEY=${OLD} # keep\n`,
      `SECRET_KEY=${NEW} # keep\nFORMER_SECRET_KEYS=${OLD}\n`,
    ),
  )
  t.equal(dropped, 0)
  t.end()
})

t.test('at most so many former keys are kept, the latest', (t) => {
  let text = `FORMER_SECRET_KEYS=b,c , d\nSECRET_KEY=a\n`
  text = prepare(text, 'new')
  t.same(former(text), ['new', 'b', 'c', 'd'], 'nothing leaves before the new key is in use')
  const kept = finish(text, 3)
  t.same([former(kept.text), kept.dropped], [['a', 'b', 'c'], 1])
  const one = finish(text, 1)
  t.same([former(one.text), one.dropped], [['a'], 3])
  t.equal(parseEnv(one.text).SECRET_KEY, 'new')
  t.end()
})

t.test('the steps come one after the other, each once', (t) => {
  const text = `SECRET_KEY=${OLD}\n`
  t.throws(() => finish(text, 3), { message: /--prepare first/ })
  const prepared = prepare(text, NEW)
  t.throws(() => prepare(prepared, 'another'), { message: /prepared already/ })
  const finished = finish(prepared, 3).text
  t.throws(() => finish(finished, 3), { message: /--prepare first/ }, 'never back to the old key')
  t.match(parseEnv(prepare(finished, 'third')), { SECRET_KEY: NEW })
  t.end()
})

t.test('quotes, blanks, line ends and a last line without one are understood and kept', (t) => {
  for (const [before, key] of [
    [`SECRET_KEY='a # b'\r\nFORMER_SECRET_KEYS=\r\nX=1`, 'a # b'],
    [`X=1\nSECRET_KEY="${OLD}" # ours`, OLD],
    [`export SECRET_KEY= ${OLD}\nFORMER_SECRET_KEYS= # none`, OLD],
    [`FORMER_SECRET_KEYS="b, c"\nSECRET_KEY=a#b\n`, 'a#b'],
  ] as const) {
    const { text } = finish(prepare(before, NEW), 3)
    t.match(text, new RegExp(`SECRET_KEY= ?${NEW}`), before)
    t.ok(text.includes(key), before)
    t.equal(text.includes('\r'), before.includes('\r'), before)
    t.equal(/[^\r]\n/.test(text), !before.includes('\r'), before)
    t.equal(text.includes('# ours'), before.includes('# ours'))
    t.match(finish(prepare(text, 'third'), 1).text, /SECRET_KEY= ?third/, 'and again')
  }
  t.end()
})

t.test('what is not plainly written is refused, and said without the value', (t) => {
  for (const [text, message] of [
    ['X=1\n', /SECRET_KEY is not set/],
    ['SECRET_KEY=\n', /SECRET_KEY is not set/],
    ['#SECRET_KEY=a\n', /SECRET_KEY is not set/],
    [`SECRET_KEY=\${OTHER}\n`, /substitution/],
    ['SECRET_KEY=a$$b\n', /substitution/],
    ['SECRET_KEY="a\\n"\n', /escape/],
    ["SECRET_KEY='a\n", /open quote/],
    ['SECRET_KEY=a\nSECRET_KEY=b\n', /SECRET_KEY is set twice/],
    ['SECRET_KEY=a\nFORMER_SECRET_KEYS=$A\n', /FORMER_SECRET_KEYS is written/],
    ['SECRET_KEY="a\'b"\n', /holds a single quote/],
  ] as const) {
    t.throws(() => finish(prepare(text, NEW), 3), { name: 'EnvFileError', message }, text)
  }
  t.end()
})

t.test('the command: mode and link stay, nothing else is left, no key is printed', async (t) => {
  const folder = t.testdir()
  const file = join(folder, 'real.env')
  const link = join(folder, 'link.env')
  writeFileSync(file, `SECRET_KEY=${OLD}\n`, { mode: 0o600 })
  symlinkSync(file, link)
  const prepared = await rotate('--prepare', link)
  t.match(prepared, { code: 0, said: /restart every gateway[\s\S]*--finish/ })
  const [next = ''] = former(readFileSync(file, 'utf8'))
  t.match(next, /^[\w-]{43}$/)
  const finished = await rotate('--finish', link)
  t.match(finished, { code: 0, said: /Nobody is logged out/ })
  t.match(parseEnv(readFileSync(file, 'utf8')), { SECRET_KEY: next, FORMER_SECRET_KEYS: OLD })
  t.equal(statSync(file).mode & 0o777, 0o600)
  t.same(readdirSync(folder).sort(), ['link.env', 'real.env'])
  for (const { said } of [prepared, finished]) t.notOk(said.includes(OLD) || said.includes(next))
})

t.test(
  'the command: both steps at once for one gateway; how many former keys are kept',
  async (t) => {
    const file = join(t.testdir({ '.env': `SECRET_KEY=${OLD}\nFORMER_SECRET_KEYS=b,c\n` }), '.env')
    chmodSync(file, 0o660)
    const done = await rotate('--prepare', '--finish', '--keep', '2', file)
    t.match(done, { code: 0, said: /taken out: 1/ })
    t.same(former(readFileSync(file, 'utf8')), [OLD, 'b'])
    t.equal(statSync(file).mode & 0o777, 0o660, 'as it was, whatever the umask')
  },
)

t.test('the command: what it cannot do changes nothing and is one sentence', async (t) => {
  const text = `SECRET_KEY=${OLD}\n`
  const file = join(t.testdir({ '.env': text }), '.env')
  for (const [args, said] of [
    [[file], /Two steps/],
    [['--finish', file], /--prepare first/],
    [['--prepare', '--keep', '0', file], /--keep has to be/],
    [['--prepare', '--keep', 'x', file], /--keep has to be/],
    [['--rotate', file], /Unknown option/],
    [['--prepare', `${file}.missing`], /there is no /],
  ] as const) {
    t.match(await rotate(...args), { code: 1, said }, args.join(' '))
    t.equal(readFileSync(file, 'utf8'), text)
  }
})
