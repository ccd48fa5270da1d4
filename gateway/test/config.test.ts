import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import t from 'tap'
import { ConfigurationError, readConfig } from '../src/config.ts'

const good = {
  SECRET_KEY: 'k'.repeat(32),
  OIDC_ISSUER: 'http://localhost:3002',
  OIDC_CLIENT_SECRET: 'a secret',
}

function problems(environment: Record<string, string | undefined>): readonly string[] {
  try {
    readConfig(environment)
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems
    throw error
  }
  return []
}

t.test('the defaults are those of the contract', async (t) => {
  const config = readConfig(good)
  t.match(config, {
    PORT: 3000,
    HOST: '127.0.0.1',
    ACCESS_TOKEN_TTL: 3600,
    REFRESH_TOKEN_TTL: 2_592_000,
    REFRESH_GRACE: 600,
    AUTHORIZATION_CODE_TTL: 60,
    LOGIN_TTL: 900,
    REFRESH_REPLAY: 'revoke',
    ROLES_CLAIM: 'realm_access.roles',
    GRANTS_PER_CLIENT: 20,
    CONFIRM_PERSON: true,
  })
  t.equal(config.PUBLIC_URL.origin, 'http://localhost:3000')
  t.equal(readConfig({ ...good, PORT: '4000' }).PUBLIC_URL.origin, 'http://localhost:4000')
})

t.test('every problem is reported at once', async (t) => {
  const found = problems({
    PORT: 'eighty',
    OIDC_ISSUER: 'http://sso.example',
    FORWARD_HEADERS: 'cookie,x-student,DPoP',
    ACCESS_TOKEN_TTL: '5',
  })
  t.match(found.join('\n'), /PORT /)
  t.match(found.join('\n'), /ACCESS_TOKEN_TTL /)
  t.match(found.join('\n'), /SECRET_KEY is not set/)
  t.match(found.join('\n'), /OIDC_CLIENT_SECRET is not set/)
  t.match(found.join('\n'), /OIDC_ISSUER must be https off loopback/)
  t.match(found.join('\n'), /FORWARD_HEADERS must not name cookie/)
  t.match(found.join('\n'), /FORWARD_HEADERS must not name x-student/)
  t.match(found.join('\n'), /FORWARD_HEADERS must not name DPoP/)
})

t.test('what a template left open is refused by name, beside every other mistake', async (t) => {
  const found = problems({
    ...good,
    PORT: 'eighty',
    OIDC_ISSUER: 'https://login.microsoftonline.com/<tenant id>/v2.0',
    OIDC_CLIENT_ID: '<client id>.apps.googleusercontent.com',
    OIDC_CLIENT_SECRET: '<client secret value>',
    PROVIDERS: '[{"id":"a","name":"A","issuer":"https://a.example/<environment id>/as"}]',
  }).join('\n')
  t.match(found, 'OIDC_ISSUER still has <tenant id> of the template: fill it in')
  t.match(found, 'OIDC_CLIENT_ID still has <client id> of the template')
  t.match(found, 'OIDC_CLIENT_SECRET still has <client secret value> of the template')
  t.match(found, 'PROVIDERS still has <environment id> of the template')
  t.match(found, /PORT /)
  for (const ENROLMENT_CONTACT of [
    'Colonel Graff <graff@battle-school.example>',
    'Ask <b>Graff</b>, not <i class="x">Anderson</i>',
    'student id < instructor id, or > secret',
    'The desk <first floor, right>',
  ]) {
    t.same(problems({ ...good, ENROLMENT_CONTACT }), [], ENROLMENT_CONTACT)
  }
  const ENROLMENT_RULES = JSON.stringify([
    { by: 'group', groups: ['<teachers>', 'a <b c> d'], outcome: 'instructor' },
    { by: 'claim', outcome: 'student' },
  ])
  t.same(problems({ ...good, ENROLMENT_RULES, OIDC_CLIENT_SECRET: 'x<Gh id>' }), [])
})

t.test('an empty or placeholder secret is refused', async (t) => {
  t.same(problems({ ...good, OIDC_CLIENT_SECRET: '' }), ['OIDC_CLIENT_SECRET is empty'])
  t.same(problems({ ...good, SECRET_KEY: '' }), ['SECRET_KEY is empty'])
  for (const key of [`${'k'.repeat(20)},${'k'.repeat(20)}`, ` ${'k'.repeat(32)}`]) {
    t.match(problems({ ...good, SECRET_KEY: key }), [/SECRET_KEY must not hold a comma/])
  }
  const placeholder = ['$', '{MCP_GATEWAY_CLIENT_SECRET}'].join('')
  t.match(problems({ ...good, OIDC_CLIENT_SECRET: placeholder }), [
    /OIDC_CLIENT_SECRET still holds/,
  ])
  t.match(problems({ ...good, SECRET_KEY: 'short' }), [/SECRET_KEY needs at least 32/])
})

t.test(
  'demo secrets are refused as soon as PUBLIC_URL is not loopback, each with a sentence',
  async (t) => {
    const demo = {
      ...good,
      SECRET_KEY: `demo-only-${'k'.repeat(32)}`,
      OIDC_CLIENT_SECRET: 'demo-only-client',
      REDIS_URL: 'redis://gateway:demo-only-redis@redis:6379',
      BATTLE_SCHOOL_DEMO_PASSWORD: 'battle-school',
      OIDC_ISSUER: 'https://sso.example/realms/x',
    }
    t.same(problems({ ...demo, PUBLIC_URL: 'http://localhost:3000' }), [])
    t.match(problems({ ...demo, PUBLIC_URL: 'https://door.example' }), [
      /SECRET_KEY is the demo secret/,
      /OIDC_CLIENT_SECRET is the demo secret/,
      /REDIS_URL has a demo password/,
      /BATTLE_SCHOOL_DEMO_PASSWORD is the well-known one/,
    ])
  },
)

t.test('a demo secret among the former ones is refused as well', async (t) => {
  const FORMER_SECRET_KEYS = `${'r'.repeat(32)}, demo-only-${'k'.repeat(32)}`
  const house = { ...good, OIDC_ISSUER: 'https://sso.example', FORMER_SECRET_KEYS }
  t.same(problems({ ...house, PUBLIC_URL: 'http://localhost:3000' }), [])
  t.match(problems({ ...house, PUBLIC_URL: 'https://door.example' }), [
    /FORMER_SECRET_KEYS is the demo secret/,
  ])
})

t.test(
  'CIMD §6.5: CIMD_DEVELOPMENT_ORIGINS only while we are on loopback ourselves, and bare origins',
  async (t) => {
    const origin = 'http://localhost:7591'
    const development = { ...good, CIMD_DEVELOPMENT_ORIGINS: origin }
    t.same(readConfig(development).CIMD_DEVELOPMENT_ORIGINS, [origin])
    const found = problems({ ...development, PUBLIC_URL: 'https://door.example' })
    t.match(found.join('\n'), /CIMD_DEVELOPMENT_ORIGINS must be empty: PUBLIC_URL is not loopback/)
    for (const value of [`${origin}/`, `${origin}/client.json`, 'localhost:7591', '*']) {
      const named = problems({ ...good, CIMD_DEVELOPMENT_ORIGINS: value })
      t.match(named.join('\n'), /is not an origin/, value)
    }
  },
)

t.test('OAuth 2.1 §1.5: PUBLIC_URL off loopback is https, and always a bare origin', async (t) => {
  t.match(problems({ ...good, PUBLIC_URL: 'http://door.example' }), [/PUBLIC_URL must be https/])
  for (const url of [
    'https://door.example/path',
    'https://door.example/?x',
    'https://u@door.example',
  ]) {
    t.match(problems({ ...good, PUBLIC_URL: url }), [/PUBLIC_URL must be an origin/], url)
  }
  t.match(problems({ ...good, PUBLIC_URL: 'ftp://door.example' }), [/PUBLIC_URL must be an http/])
})

t.test('ID_JAG_ISSUERS: URLs of others, https off loopback, never our own', async (t) => {
  const two = 'https://login.company.example/tenant,http://localhost:9000'
  t.same(readConfig({ ...good, ID_JAG_ISSUERS: two }).ID_JAG_ISSUERS, two.split(','))
  for (const [value, said] of [
    ['login.company.example', /must be an http/],
    ['https://login.company.example/?tenant=1', /must have no query/],
    ['https://login.company.example/#x', /must have no query/],
    ['https://user@login.company.example', /must have no query/],
    ['https://login.microsoftonline.com/common/v2.0', /many tenants/],
    ['http://login.company.example', /must be https off loopback/],
    ['https://door.example', /must not name this gateway/],
    ['https://door.example/', /must not name this gateway/],
  ] as const) {
    const PUBLIC_URL = 'https://door.example'
    const settings = {
      ...good,
      OIDC_ISSUER: 'https://login.example',
      PUBLIC_URL,
      ID_JAG_ISSUERS: value,
    }
    t.match(problems(settings), [said], value)
  }
  const own = { ...good, PORT: '3100', ID_JAG_ISSUERS: 'http://localhost:3100' }
  t.match(problems(own), [/must not name this gateway/], 'nor where PUBLIC_URL is the default')
})

t.test('NAME_FILE gives a secret from a file; both at once are refused', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'config-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'secret')
  writeFileSync(file, 'from a file\n')
  const { OIDC_CLIENT_SECRET: _, ...rest } = good
  t.equal(
    readConfig({ ...rest, OIDC_CLIENT_SECRET_FILE: file }).OIDC_CLIENT_SECRET?.reveal(),
    'from a file',
  )
  t.match(problems({ ...good, OIDC_CLIENT_SECRET_FILE: file }), [/are both set/])
  for (const name of ['OIDC_CLIENT_SECRET', 'REDIS_URL', 'SECRET_KEY']) {
    const without = Object.fromEntries(Object.entries(good).filter(([known]) => known !== name))
    t.same(
      problems({ ...without, [`${name}_FILE`]: join(folder, 'no') }),
      [`${name}_FILE cannot be read: ENOENT`],
      'one problem, said once',
    )
  }
})

t.test('a secret never prints', async (t) => {
  const config = readConfig(good)
  t.notMatch(JSON.stringify(config), /kkkk|a secret/)
  t.notMatch(inspect(config, { depth: 5 }), /kkkk|a secret/)
  t.notMatch(`${config.SECRET_KEY}`, /kkkk/)
})
