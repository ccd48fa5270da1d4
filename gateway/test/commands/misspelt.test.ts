import { readFileSync } from 'node:fs'
import t from 'tap'
import { settings as mcp } from '../../../mcp/src/config.ts'
import { misspelt } from '../../src/commands/misspelt.ts'
import { secretSettings, settings } from '../../src/settings.ts'
import { openHouse, RULES } from '../support/commands.ts'
import { startFakeProvider } from '../support/fake-provider.ts'

const of = (...names: string[]) => misspelt(Object.fromEntries(names.map((name) => [name, 'x'])))
const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')

t.test('a name that is nearly a setting is told with that setting', async (t) => {
  t.same(of('ENROLLMENT_RULES', 'OIDC_CLIENTID', 'REDIS_URI', 'OIDC_CLIENT_SECRET_FILES'), [
    'ENROLLMENT_RULES is no setting: ENROLMENT_RULES?',
    'OIDC_CLIENTID is no setting: OIDC_CLIENT_ID?',
    'REDIS_URI is no setting: REDIS_URL?',
    'OIDC_CLIENT_SECRET_FILES is no setting: OIDC_CLIENT_SECRET_FILE?',
  ])
})

t.test('no false alarm: settings, those of the other services, and what shells have', async (t) => {
  t.same(of(...Object.keys(settings.shape), ...secretSettings.map((name) => `${name}_FILE`)), [])
  const files = ['docker-compose.yml', '.env.example', 'keycloak/realm/battle-school-realm.json']
  const names = files.flatMap((file) => read(file).match(/\b[A-Z][A-Z_]{2,}\b/g) ?? [])
  t.ok(names.includes('KC_BOOTSTRAP_ADMIN_USERNAME') && names.includes('MCP_REDIS_PASSWORD'))
  t.same(of(...names, ...Object.keys(mcp.shape)), [])
  const shell =
    'HOSTNAME HOSTS LOGNAME OLDPWD SHLVL COLORTERM NODE_ENV NODE_VERSION NODE_OPTIONS INIT_CWD PORTS HTTP_PROXY HTTPS_PROXY NO_PROXY SSH_CLIENT LC_CTYPE XDG_DATA_DIRS npm_config_cache'
  t.same(of(...shell.split(' '), 'PUBLIC_KEY', 'CLIENT_ID', 'SECRETS', 'LOG_FILE', 'DCRS'), [])
})

t.test('doctor: tells them as doubtful', async (t) => {
  const provider = await startFakeProvider()
  t.teardown(() => provider.close())
  const { doctor } = openHouse(t, {
    OIDC_ISSUER: provider.issuer,
    ENROLMENT_RULES: RULES,
    ENROLLMENT_RULE: '[]',
  })
  t.match(await doctor(), {
    code: 0,
    out: /^settings {2}well formed\ndoubtful {2}ENROLLMENT_RULE is no setting: ENROLMENT_RULES\?\n/,
  })
})
