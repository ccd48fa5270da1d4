/** keycloak/sso/*.env: what stands there is taken by the gateway and by the realm, each line is explained, and both ways are there. */
import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { type ConfigurationError, readConfig } from '../../gateway/src/config.ts'
import { placeholderIn } from '../../gateway/src/settings/template.ts'
import { settings } from '../../gateway/src/settings.ts'
import { findSetting, linesOf } from '../../scripts/env-file.ts'

const folder = new URL('../../keycloak/sso/', import.meta.url)
const realm = readFileSync(
  new URL('../../keycloak/realm/battle-school-realm.json', import.meta.url),
  'utf8',
)
const placeholders = new Set([...realm.matchAll(/\$\{(CORPORATE_SSO_[A-Z_]+)/g)].map(([, n]) => n))
const NEEDED = [
  'ENABLED',
  'ISSUER',
  'AUTHORIZATION_URL',
  'TOKEN_URL',
  'JWKS_URL',
  'USERINFO_URL',
  'CLIENT_ID',
]
/** Stand in for the other half of .env. */
const base = { SECRET_KEY: 'k'.repeat(32), PUBLIC_URL: 'https://door.example' }

type Settings = Record<string, string>

/** The assignments of one way, as compose reads them. What is to be filled in becomes a word. */
function way(
  file: string,
  name: 'broker' | 'direct',
  fill = (value: string) => value.replace(/<[^>]+>/g, 'filled-in'),
): Settings {
  const text = readFileSync(new URL(file, folder), 'utf8')
  const [, block = ''] = new RegExp(`^# --- ${name}:.*\n((?:.+\n)+)`, 'm').exec(text) ?? []
  const names = [...block.matchAll(/^([A-Z_]+)=/gm)].map(([, name = '']) => name)
  const settingOf = (name: string) => findSetting(linesOf(block), name)?.value ?? ''
  return Object.fromEntries(names.map((name) => [name, fill(settingOf(name))]))
}

/** Those that the gateway reads. */
function ofGateway(all: Settings): Settings {
  return Object.fromEntries(Object.entries(all).filter(([name]) => name in settings.shape))
}

t.test('every provider of the guides has a file', async (t) => {
  t.same(
    readdirSync(folder).sort(),
    ['auth0', 'authentik', 'dex', 'entra-id', 'google-workspace', 'okta', 'ping'].map(
      (name) => `${name}.env`,
    ),
  )
})

for (const file of readdirSync(folder)) {
  t.test(`${file}: each line is explained by the one before it`, async (t) => {
    const lines = readFileSync(new URL(file, folder), 'utf8').split('\n')
    t.equal(lines.filter((line) => line.startsWith('# --- ')).length, 2)
    for (const [at, line] of lines.entries()) {
      if (line === '' || line.startsWith('#')) continue
      t.match(line, /^[A-Z_]+=/)
      t.match(lines[at - 1], /^# (?!---).{10,}/, line)
    }
    const names = lines.flatMap((line) => /^([A-Z_]+)=/.exec(line)?.[1] ?? [])
    const foreign = names.filter((name) => !placeholders.has(name) && !(name in settings.shape))
    t.same(foreign, [], 'no name is misspelt')
  })

  t.test(`${file}: directly, the gateway takes the settings`, async (t) => {
    const direct = way(file, 'direct')
    t.same(
      Object.keys(direct).filter((name) => !(name in settings.shape)),
      [],
    )
    const config = readConfig({ ...base, ...direct })
    t.equal(config.OIDC_ISSUER, direct.OIDC_ISSUER)
    t.equal(config.OIDC_DISCOVERY_URL, '')
  })

  t.test(`${file}: what is not filled in is refused by name`, async (t) => {
    const direct = way(file, 'direct', (value) => value)
    const open = Object.entries(direct).filter(([, value]) => /<.*>/.test(value))
    t.ok(open.length >= 2)
    const expected = open.map(
      ([name, value]) =>
        `${name} still has ${/<.*?>/.exec(value)?.[0]} of the template: fill it in`,
    )
    try {
      readConfig({ ...base, ...direct })
      t.fail('it was taken')
    } catch (error) {
      t.same((error as ConfigurationError).problems, expected)
    }
    const broker = way(file, 'broker', (value) => value)
    for (const value of Object.values(broker).filter((each) => /<.*>/.test(each))) {
      t.ok(placeholderIn(value), value)
    }
  })

  t.test(`${file}: brokered, the realm takes the settings, and the gateway its own`, async (t) => {
    const broker = way(file, 'broker')
    const names = Object.keys(broker).filter((name) => name.startsWith('CORPORATE_SSO_'))
    t.same(
      names.filter((name) => !placeholders.has(name)),
      [],
    )
    for (const name of [...NEEDED, 'CLIENT_SECRET']) t.ok(broker[`CORPORATE_SSO_${name}`], name)
    for (const name of names.filter((each) => /_(URL|ISSUER)$/.test(each))) {
      t.ok(broker[name]?.startsWith('https://') && URL.canParse(broker[name]), name)
    }
    const own = { OIDC_ISSUER: 'https://sso.example', OIDC_CLIENT_SECRET: 'ours' }
    const config = readConfig({ ...base, ...own, ...ofGateway(broker) })
    t.match(config.OIDC_AUTHORIZATION_PARAMETERS, { kc_idp_hint: 'corporate-sso' })
  })
}
