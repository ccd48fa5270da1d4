/** docker-compose.yml and the services' settings agree: what .env names reaches the service that reads it, and nothing else. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import t from 'tap'
import { settings as gateway } from '../../gateway/src/settings.ts'
import { settings as mcp } from '../../mcp/src/config.ts'

const compose = readFileSync(new URL('../../docker-compose.yml', import.meta.url), 'utf8')

/** Names under `environment:` of one service. */
function environmentOf(service: string): string[] {
  const [, block = ''] = new RegExp(`^ {2}${service}:\\n((?: {4}.*\\n)+)`, 'm').exec(compose) ?? []
  const [, environment = ''] = /^ {4}environment:\n((?: {6}.*\n)+)/m.exec(block) ?? []
  return [...environment.matchAll(/^ {6}([A-Z_]+):/gm)].map(([, name = '']) => name)
}

for (const [service, { shape }, decided] of [
  // Dockerfiles set the first two; the Redis users of the compose file may only touch the default prefixes.
  ['gateway', gateway, ['HOST', 'PORT', 'GATEWAY_REDIS_PREFIX']],
  ['mcp', mcp, ['HOST', 'PORT', 'MCP_REDIS_PREFIX']],
] as const) {
  t.test(`${service} is given each of its settings, and no other`, async (t) => {
    t.same([...environmentOf(service), ...decided].sort(), Object.keys(shape).sort())
  })
}

t.test(
  'keycloak is given each placeholder of the realm, and no default that is empty',
  async (t) => {
    const realm = readFileSync(
      new URL('../../keycloak/realm/battle-school-realm.json', import.meta.url),
      'utf8',
    )
    const placeholders = [...realm.matchAll(/\$\{([A-Z][A-Z_]+)[:}]/g)].map(([, name = '']) => name)
    const own = environmentOf('keycloak').filter((name) => !name.startsWith('KC_'))
    t.same(own.sort(), [...new Set(placeholders)].filter((name) => name !== 'ALIAS').sort())
    t.notMatch(compose, /^ {6}[A-Z_]+: .*:-\}/m, 'set and empty is worse than not set')
  },
)

t.test(
  'the script of keycloak: what is empty counts as unset, and half a provider does not start',
  async (t) => {
    const [, script = ''] =
      /^ {4}command:\n {6}- \|\n((?: {8}.*\n| *\n)+)/m.exec(
        compose.slice(compose.indexOf('  keycloak:')),
      ) ?? []
    const bash = script
      .replaceAll('$$', '$')
      .replace(/exec .*start-dev.*/, 'env | grep ^CORPORATE_SSO_ | sort')
    const run = (environment: Record<string, string>) =>
      spawnSync('bash', ['--norc', '-c', bash], {
        encoding: 'utf8',
        env: {
          PATH: process.env.PATH,
          GATEWAY_PUBLIC_URL: 'http://localhost:3000',
          ...environment,
        },
      })
    const whole = Object.fromEntries(
      [
        'ISSUER',
        'AUTHORIZATION_URL',
        'TOKEN_URL',
        'JWKS_URL',
        'USERINFO_URL',
        'CLIENT_ID',
        'CLIENT_SECRET',
      ].map((name) => [`CORPORATE_SSO_${name}`, 'something']),
    )
    const on = { ...whole, CORPORATE_SSO_ENABLED: 'true' }
    const started = run({ ...on, CORPORATE_SSO_NAME: '' })
    t.match(started, { status: 0, stdout: 'CORPORATE_SSO_TOKEN_URL=something' })
    t.notMatch(started.stdout, 'NAME')
    for (const name of Object.keys(whole)) {
      for (const value of ['', `\${${name}}`]) {
        t.match(run({ ...on, [name]: value }), { status: 1, stderr: `${name} is not set` })
      }
    }
    const ISSUER = 'https://login.microsoftonline.com/<tenant id>/v2.0'
    t.match(run({ ...on, CORPORATE_SSO_ISSUER: ISSUER }), {
      status: 1,
      stderr: 'CORPORATE_SSO_ISSUER still has <tenant id> of the template: fill it in',
    })
    t.match(
      run({ CORPORATE_SSO_CLIENT_SECRET: '' }),
      { stdout: '', stderr: '' },
      'off, and nothing is asked for',
    )
  },
)
