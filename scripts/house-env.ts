/** `npm run house:env`: writes .env from .env.example with fresh secrets. An .env that is there stays, unless --force. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { freshSecret } from './fresh-secret.ts'

const example = new URL('../.env.example', import.meta.url)
const target = new URL('../.env', import.meta.url)

if (existsSync(target) && !process.argv.includes('--force')) {
  process.stderr.write(
    'house:env: .env exists and stays as it is. Fresh secrets would end every session and close Redis to running services; say npm run house:env -- --force to replace it.\n',
  )
  process.exit(1)
}

const text = readFileSync(example, 'utf8')
  .replace(
    /^# cp \.env\.example[\s\S]*?\n\n/,
    '# Written by npm run house:env. Keep it secret.\n\n',
  )
  .replace(/^(\w+)=demo-only-.*$/gm, (_line, name: string) => `${name}=${freshSecret()}`)
  .replace(
    /^(BATTLE_SCHOOL_DEMO_PASSWORD)=.*$/m,
    (_line, name: string) => `${name}=${freshSecret()}`,
  )
// A file that is there would keep its own mode.
rmSync(target, { force: true })
writeFileSync(target, text, { mode: 0o600 })
process.stdout.write('house:env: .env is written, with fresh secrets. Next: docker compose up\n')
