/** The attack surface: endpoint files, routes at run time, the contract's list and the README's table agree. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { openDoor } from './support/door.ts'
import { endpoints as table } from './support/endpoint-table.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Paths that other people's clients and scripts rely on. */
const CONTRACT = [
  '/',
  '/.well-known/oauth-protected-resource',
  '/.well-known/oauth-protected-resource/mcp',
  '/.well-known/oauth-protected-resource/mcp/',
  '/mcp/.well-known/oauth-protected-resource',
  '/.well-known/oauth-protected-resource/sse',
  '/.well-known/oauth-protected-resource/sse/',
  '/sse/.well-known/oauth-protected-resource',
  '/.well-known/oauth-authorization-server',
  '/.well-known/oauth-authorization-server/mcp',
  '/mcp/.well-known/oauth-authorization-server',
  '/.well-known/oauth-authorization-server/sse',
  '/sse/.well-known/oauth-authorization-server',
  '/.well-known/openid-configuration',
  '/.well-known/openid-configuration/mcp',
  '/mcp/.well-known/openid-configuration',
  '/.well-known/openid-configuration/sse',
  '/sse/.well-known/openid-configuration',
  '/jwks',
  '/register',
  '/register/:client_id',
  '/par',
  '/authorize',
  '/authorize/process',
  '/callback',
  '/backchannel-logout',
  '/backchannel-logout/:provider',
  '/callback/:provider',
  '/account',
  '/account/sign-in',
  '/account/disconnect',
  '/account/sign-out',
  '/account/people',
  '/account/people/decision',
  '/account/people/disconnect',
  '/signed-out',
  '/token',
  '/revoke',
  '/introspect',
  '/mcp',
  '/mcp/',
  '/sse',
  '/sse/',
  '/messages',
  '/healthz',
  '/readyz',
  '/favicon.ico',
  '/metrics',
].sort()

/** Fastify prints a tree: a line's depth is its indentation, its path the concatenation down to it. */
function routesOf(tree: string): string[] {
  const stack: string[] = []
  return tree.split('\n').flatMap((line) => {
    const match = /^((?:[│ ] {3})*)[├└]── (\S*) \(/.exec(line)
    if (!match) return []
    const depth = (match[1]?.length ?? 0) / 4
    stack.length = depth
    stack.push(match[2] ?? '')
    return [stack.join('')]
  })
}

t.test('routes at run time, the contract and the README table are the same paths', async (t) => {
  const door = await openDoor(t)
  await door.app.ready()
  t.same(routesOf(door.app.printRoutes({ commonPrefix: false })).sort(), CONTRACT)
  t.same(table.map(({ path }) => path).sort(), CONTRACT)
})

t.test('each path answers the methods of the README table, and no other', async (t) => {
  const door = await openDoor(t, {
    MCP_UPSTREAM_URL: 'http://127.0.0.1:1/mcp',
    METRICS_TOKEN: 'a-token-for-the-metrics',
  })
  const { access_token } = await door.connect(await door.register())
  const headers = { authorization: `Bearer ${access_token}`, accept: 'text/html, */*' }
  for (const { path: url, methods } of table) {
    const answered: string[] = []
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'] as const) {
      const { statusCode } = await door.app.inject({ method, url, headers })
      if (statusCode !== 404 && statusCode !== 405) answered.push(method)
    }
    const head = methods.includes('GET') && !/^\/(mcp|sse)\/?$/.test(url) ? ['HEAD'] : []
    t.same(answered, [...methods, ...head], url)
  }
})

t.test('only endpoint files add routes, and the README names each', async (t) => {
  const files = readdirSync(`${root}/src`, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  )
  const endpoints = files.filter((file) => file.endsWith('-endpoint.ts')).sort()
  t.same([...new Set(table.map(({ file }) => file))].sort(), endpoints)
  const adding = files.filter((file) =>
    /\b(?:app|front|pages|direct)\s*\.(?:get|post|put|patch|delete|all|route|head|options)\(/.test(
      readFileSync(`${root}/src/${file}`, 'utf8'),
    ),
  )
  t.same(
    adding.filter((file) => !endpoints.includes(file)),
    ['discovery/static-document.ts'],
    'the one helper of the discovery endpoints',
  )
})

t.test('health: alive without the store; ready only with it', async (t) => {
  const door = await openDoor(t)
  t.same((await door.app.inject({ url: '/healthz' })).json(), { status: 'alive' })
  t.match((await door.app.inject({ url: '/readyz' })).json(), {
    status: 'ready',
    store: 'reachable',
    providers: { default: { state: 'reachable', roles_claim: 'unknown' } },
    mcp: 'unknown',
  })
  t.intercept(door.store, 'ping', {
    value: async () => {
      throw new Error('down')
    },
  })
  const down = await door.app.inject({ url: '/readyz' })
  t.equal(down.statusCode, 503)
  t.ok(down.headers['retry-after'])
  t.equal((await door.app.inject({ url: '/healthz' })).statusCode, 200)
  const icon = await door.app.inject({ url: '/favicon.ico' })
  t.match([icon.statusCode, icon.headers['content-type']], [200, 'image/x-icon'])
})
