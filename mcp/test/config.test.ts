import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { ConfigurationError, readConfig, secretSettings, settings } from '../src/config.ts'

function problems(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment)
    return []
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems
    throw error
  }
}

t.test('everything has a default', async (t) => {
  const config = readConfig({})
  t.match(config, {
    PORT: 3001,
    HOST: '127.0.0.1',
    ASSERTION_AUDIENCE: 'urn:battle-school:mcp',
    REDIS_URL: [],
    MCP_REDIS_PREFIX: 'mcp:',
    LOG_LEVEL: 'info',
  })
  t.equal(config.PUBLIC_URL.origin, 'http://localhost:3000')
  t.equal(config.GATEWAY_JWKS_URL.href, 'http://localhost:3000/jwks')
})

t.test('an empty variable means its default, as compose writes an unset one', async (t) => {
  t.strictSame(readConfig({ PORT: '', REDIS_URL: '', GATEWAY_JWKS_URL: '' }), readConfig({}))
})

t.test('the keys are read at the public origin unless an inner address is given', async (t) => {
  const PUBLIC_URL = 'https://mcp.example.com/'
  t.equal(readConfig({ PUBLIC_URL }).GATEWAY_JWKS_URL.href, 'https://mcp.example.com/jwks')
  const GATEWAY_JWKS_URL = 'http://gateway:3000/jwks'
  t.equal(readConfig({ PUBLIC_URL, GATEWAY_JWKS_URL }).GATEWAY_JWKS_URL.href, GATEWAY_JWKS_URL)
})

t.test('several Redis URLs are the nodes of a cluster', async (t) => {
  const urls = ['redis://a:6379', 'rediss://user:word@b:6380']
  t.strictSame(readConfig({ REDIS_URL: urls.join(' , ') }).REDIS_URL, urls)
})

t.test('every problem is told at once, and no value with it', async (t) => {
  const found = problems({
    PORT: 'many',
    PUBLIC_URL: 'https://example.com/path',
    GATEWAY_JWKS_URL: 'gateway:3000',
    REDIS_URL: 'redis://ok,http://user:hidden@redis',
    LOG_LEVEL: 'loud',
  })
  for (const name of ['PORT', 'PUBLIC_URL', 'GATEWAY_JWKS_URL', 'REDIS_URL', 'LOG_LEVEL']) {
    t.equal(found.filter((problem) => problem.startsWith(name)).length, 1, name)
  }
  t.notMatch(found.join(), 'hidden')
})

t.test('a demo password is refused as soon as PUBLIC_URL is not loopback', async (t) => {
  const REDIS_URL = 'redis://mcp:demo-only-word@redis:6379'
  t.strictSame(problems({ REDIS_URL }), [])
  t.strictSame(problems({ REDIS_URL, PUBLIC_URL: 'http://127.0.0.1:3000' }), [])
  t.match(problems({ REDIS_URL, PUBLIC_URL: 'https://school.example' }), [/npm run house:env/])
})

t.test('a secret may come from a file, but not from two places', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-config-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'redis-url')
  writeFileSync(file, 'redis://mcp:word@redis:6379\n')
  t.strictSame(readConfig({ REDIS_URL_FILE: file }).REDIS_URL, ['redis://mcp:word@redis:6379'])
  t.match(problems({ REDIS_URL_FILE: file, REDIS_URL: 'redis://x' }), [/both set/])
  t.match(problems({ REDIS_URL_FILE: join(folder, 'none') }), [/cannot be read: ENOENT/])
})

t.test('every setting has a description, for the documentation', async (t) => {
  for (const [name, schema] of Object.entries(settings.shape)) t.ok(schema.description, name)
  for (const name of secretSettings) t.ok(name in settings.shape)
})
