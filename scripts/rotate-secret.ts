/**
 * `npm run rotate-secret -- --prepare|--finish [--keep 3] [file]`: a new SECRET_KEY for the .env of docker compose, or for
 * another file, in two steps, so that nobody is logged out. The steps are in docs/adr/0012; a key is never printed.
 */
import { randomUUID } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { EnvFileError } from './env-file.ts'
import { freshSecret } from './fresh-secret.ts'
import { finish, prepare } from './secret-rotation.ts'

const USAGE = `every key of the gateway gets a successor, and nobody is logged out. Two steps:
  npm run rotate-secret -- --prepare   then every gateway is restarted with the file
  npm run rotate-secret -- --finish    then again
With one gateway alone both may be one: npm run rotate-secret -- --prepare --finish
--keep <number> says how many former keys stay readable after --finish, 3 by default. Another file than .env goes last.
`
const KEPT = 3

function main(): void {
  const { values, positionals } = parseArgs({
    options: {
      prepare: { type: 'boolean', default: false },
      finish: { type: 'boolean', default: false },
      keep: { type: 'string', default: String(KEPT) },
    },
    allowPositionals: true,
  })
  const keep = Number(values.keep)
  if (!(values.prepare || values.finish) || positionals.length > 1) throw new EnvFileError(USAGE)
  // The key that is replaced has to stay: pages under way and stored secrets are under it.
  if (!Number.isInteger(keep) || keep < 1) throw new EnvFileError('--keep has to be 1 or more')
  // npm runs a script in the project's folder, and says where it was called.
  const [named] = positionals
  const file = named
    ? resolve(process.env.INIT_CWD ?? '', named)
    : fileURLToPath(new URL('../.env', import.meta.url))

  if (!existsSync(file)) {
    throw new EnvFileError(`there is no ${file}: cp .env.example .env, or npm run house:env`)
  }
  let text = readFileSync(file, 'utf8')
  if (values.prepare) text = prepare(text, freshSecret())
  const finished = values.finish ? finish(text, keep) : undefined
  replace(file, finished?.text ?? text)
  process.stdout.write(finished ? afterFinish(file, finished.dropped) : afterPrepare(file))
}

function afterPrepare(file: string): string {
  return `rotate-secret: ${file} holds a new key, which is read and not used yet.
Next, restart every gateway with it (docker compose up -d). When all of them run with it, and not before:
npm run rotate-secret -- --finish
`
}

function afterFinish(file: string, dropped: number): string {
  const gone = `Former keys that were taken out: ${dropped}. What is still stored under them can no longer be read.\n`
  return `rotate-secret: ${file} has the new key as SECRET_KEY; the one before it stays readable.
Next, restart every gateway with it (docker compose up -d), one by one if there are several. Nobody is logged out.
${dropped > 0 ? gone : ''}`
}

/** Whole or not at all; mode and owner stay, and a link stays a link. */
function replace(link: string, text: string): void {
  const file = realpathSync(link)
  const { mode, uid, gid } = statSync(file)
  const beside = `${file}.${randomUUID()}`
  try {
    const descriptor = openSync(beside, 'wx', 0o600)
    try {
      fchownSync(descriptor, uid, gid)
      fchmodSync(descriptor, mode & 0o7777)
      writeSync(descriptor, text)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(beside, file)
  } finally {
    rmSync(beside, { force: true })
  }
}

try {
  main()
} catch (error) {
  // Messages of these two name a file or a setting, never a value.
  const known = error instanceof EnvFileError || (error as NodeJS.ErrnoException).code !== undefined
  if (!known) throw error
  process.stderr.write(`rotate-secret: ${(error as Error).message}\n`)
  process.exitCode = 1
}
