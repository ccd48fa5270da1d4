/** What a session of the 2025 revisions begins with, and what it answers (MCP 2025-11-25 Lifecycle, Ping, Progress). */
import t from 'tap'
import {
  ask,
  beginSession,
  call,
  initialize,
  message,
  startHouse,
  wireSession,
} from '../support/house.ts'
import { modernRequest } from '../support/modern.ts'
import { readSse } from '../support/sse.ts'

const house = await startHouse()
t.teardown(() => house.close())
const token = await house.gateway.mint()

t.test('MCP 2025-11-25 Version Negotiation: an unknown version gets the latest', async (t) => {
  for (const version of ['1999-01-01', '2099-01-01', 'x']) {
    const answer = await wireSession(house.mcpUrl, token, '').post(initialize(version))
    t.match(await message(answer), { result: { protocolVersion: '2025-11-25' } }, version)
  }
})

t.test('MCP 2025-11-25 Initialization: all that is offered is declared', async (t) => {
  const answer = await wireSession(house.mcpUrl, token, '').post(initialize())
  const { result } = await message(answer)
  t.match(result, {
    capabilities: {
      tools: {},
      prompts: {},
      resources: { subscribe: true },
      completions: {},
      logging: {},
    },
    serverInfo: { name: String, version: String },
  })
})

t.test('MCP 2025-11-25 Ping: answered with an empty result', async (t) => {
  const session = await beginSession(house, token)
  const answer = await session.post({ jsonrpc: '2.0', id: 'p', method: 'ping' })
  t.strictSame(await answer.json(), { jsonrpc: '2.0', id: 'p', result: {} })
})

t.test('MCP 2025-11-25: who never greeted has no session to ask in', async (t) => {
  const answer = await wireSession(house.mcpUrl, token, '').post({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/list',
  })
  t.equal(answer.status, 400)
  await answer.text()
})

t.test('MCP Progress: without a token nothing is told of it, in either era', async (t) => {
  const names = { armyName: 'Dragon Army', opponentName: 'Phoenix Army' }
  const simulation = call('simulate_battle', { ...names, rounds: 3 })
  const session = await beginSession(house, token)
  const old = await (await session.post(simulation)).text()
  t.match(old, '"result"')
  t.notMatch(old, 'notifications/progress')
  const { method, params } = simulation
  const modern = await (await ask(house, token, { method, params })).text()
  t.match(modern, '"result"')
  t.notMatch(modern, 'notifications/progress')
})

t.test('MCP Completion: an unknown reference is -32602', async (t) => {
  const session = await beginSession(house, token)
  for (const ref of [
    { type: 'ref/prompt', name: 'unknown' },
    { type: 'ref/resource', uri: 'school://unknown/{x}' },
  ]) {
    const params = { ref, argument: { name: 'armyName', value: 'D' } }
    const answer = await session.post({
      jsonrpc: '2.0',
      id: 1,
      method: 'completion/complete',
      params,
    })
    t.match(await message(answer), { error: { code: -32602 } }, ref.type)
  }
})

t.test('MCP Elicitation: the form asks for one yes, and for nothing that is secret', async (t) => {
  const session = await beginSession(house, token, '2025-11-25', { elicitation: {} })
  const time = new Date(Date.now() + 86_400_000).toISOString()
  const stream = readSse(
    await session.post(call('schedule_battle', { opponentName: 'Phoenix Army', time })),
    () => {},
  )
  const { id, method, params } = JSON.parse((await stream.next('message')).data)
  t.equal(method, 'elicitation/create')
  t.ok(params.mode === undefined || params.mode === 'form')
  t.type(params.message, 'string')
  t.strictSame(Object.keys(params.requestedSchema.properties), ['confirm'])
  t.match(params.requestedSchema, { type: 'object', properties: { confirm: { type: 'boolean' } } })
  await session.post({ jsonrpc: '2.0', id, result: { action: 'cancel' } })
  await stream.rest()
})

t.test('MCP Progress: it grows, says what is going on, and ends with the answer', async (t) => {
  const names = { armyName: 'Dragon Army', opponentName: 'Phoenix Army' }
  const { method, params } = call('simulate_battle', { ...names, rounds: 3 })
  const session = await beginSession(house, token)
  const _meta = { progressToken: 'wanted' }
  const old = await session.post({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } })
  const request = modernRequest(method, params, token)
  const body = request.body.replace('"_meta":{', '"_meta":{"progressToken":"wanted",')
  for (const answer of [old, await fetch(house.mcpUrl, { ...request, body })]) {
    const told = (await readSse(answer, () => {}).rest())
      .filter(({ data }) => data !== '')
      .map(({ data }) => JSON.parse(data))
    t.match(told.at(-1), { id: 1, result: {} })
    const progress = told.filter(({ method }) => method === 'notifications/progress')
    t.strictSame(
      progress.map(({ params }) => [params.progressToken, params.progress, typeof params.message]),
      [1, 2, 3].map((round) => ['wanted', round, 'string']),
    )
  }
})

t.test('MCP 2026-07-28 Caching: what is listed or read says how long, and for whom', async (t) => {
  for (const [method, params] of [
    ['tools/list', {}],
    ['prompts/list', {}],
    ['resources/list', {}],
    ['resources/templates/list', {}],
    ['resources/read', { uri: 'school://standings' }],
    ['server/discover', {}],
  ] as const) {
    const { result } = await message(await ask(house, token, { method, params }))
    const hints = result as unknown as { ttlMs: number; cacheScope: string; resultType: string }
    t.ok(hints.ttlMs >= 0, method)
    t.equal(hints.cacheScope, 'private', method)
    t.equal(hints.resultType, 'complete', method)
  }
})
