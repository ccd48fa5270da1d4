/** docs/guides: settings are taken as they stand there, commands can be run, and links lead somewhere. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import t from 'tap'
import { readConfiguredClients } from '../../gateway/src/clients/configured-clients.ts'
import { readConfig } from '../../gateway/src/config.ts'
import { settings } from '../../gateway/src/settings.ts'
import { findSetting, linesOf } from '../../scripts/env-file.ts'

const root = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')
const GUIDES = [
  'corporate-sso-by-keycloak',
  'any-openid-provider',
  'several-providers',
  'enterprise-managed',
  'enrolment',
  'in-production',
]
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
const realm = read('keycloak/realm/battle-school-realm.json')
const services = [...read('docker-compose.yml').matchAll(/^ {2}([a-z]+):\n {4}/gm)].map(
  ([, s]) => s,
)

function blocks(text: string, language: string): string[] {
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].flatMap(([, found, body = '']) =>
    found === language ? [body] : [],
  )
}

for (const guide of GUIDES) {
  const path = `docs/guides/${guide}.md`
  const text = read(path)

  t.test(`${path}: the settings are taken as they stand`, async (t) => {
    const found = blocks(text, 'env')
    t.ok(found.length > 0)
    for (const block of found) {
      const lines = linesOf(block)
      const names = lines.map((line) => line.slice(0, line.indexOf('=')))
      // Throws for what compose would read otherwise, as JSON without its quotes.
      const given = Object.fromEntries(names.map((name) => [name, findSetting(lines, name)?.value]))
      for (const name of names) {
        t.ok(name in settings.shape || realm.includes(`\${${name}:`), name)
      }
      const own = { OIDC_ISSUER: 'https://login.example', OIDC_CLIENT_SECRET: 'ours' }
      const base = { SECRET_KEY: 'k'.repeat(32), PUBLIC_URL: 'https://door.example' }
      t.doesNotThrow(() => readConfig({ ...base, ...own, ...given }), block)
    }
    // Of this guide it is for CLIENTS; the rules of enrolment are held by the test of the commands.
    if (guide !== 'enterprise-managed') return
    for (const block of blocks(text, 'json')) t.ok(readConfiguredClients(block).size > 0)
  })

  t.test(
    `${path}: the commands are commands, of scripts and services that are there`,
    async (t) => {
      for (const block of blocks(text, 'sh')) {
        t.match(spawnSync('bash', ['--norc', '-n'], { input: block, encoding: 'utf8' }), {
          status: 0,
        })
        for (const [, name = ''] of block.matchAll(/docker compose \w+(?: --\w+)* (\w+)$/gm)) {
          t.ok(services.includes(name), name)
        }
      }
      for (const [, name = ''] of text.matchAll(/npm run ([\w:]+)/g)) t.ok(name in scripts, name)
    },
  )

  t.test(`${path}: each link leads to a file, each setting in the text is one`, async (t) => {
    for (const [, target = ''] of text.matchAll(/\]\((?!https:)([^)#]+)/g)) {
      t.ok(existsSync(new URL(target, new URL(path, root))), target)
    }
    for (const [, name = ''] of text.matchAll(/`((?:OIDC|ID_JAG|CORPORATE_SSO)_[A-Z_]+)`/g)) {
      t.ok(name in settings.shape || realm.includes(`\${${name}:`), name)
    }
  })
}
