/** docker-compose.yml and the services' settings agree: what .env names reaches the service that reads it, and nothing else. */
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
