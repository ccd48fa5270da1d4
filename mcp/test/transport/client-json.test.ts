import t from 'tap'
import { clientJson, clientMessageJson } from '../../src/transport/client-json.ts'
import { beginSession, initialize, startHouse, wireSession } from '../support/house.ts'

const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`

t.test('what cannot be written again is the client’s fault: 400', async (t) => {
  t.equal(clientJson({ a: [1] }), '{"a":[1]}')
  t.throws(() => clientJson(JSON.parse(deep)), { status: 400, code: -32600 })
})

t.test(
  'JSON-RPC 2.0 §4: nested too deeply, with a member too many, or params as a list',
  async (t) => {
    const house = await startHouse()
    t.teardown(() => house.close())
    const token = await house.gateway.mint()
    const session = await beginSession(house, token)
    const note = `{"jsonrpc":"2.0","method":"notifications/x","params":{"deep":${deep}}}`
    const greeting = JSON.stringify(initialize()).replace(
      '"capabilities":{}',
      `"capabilities":${deep}`,
    )
    const answers = [
      await session.post(note),
      await wireSession(house.mcpUrl, token, '').post(greeting),
      await session.post({ jsonrpc: '2.0', id: 1, method: 'ping', extra: true }),
      await session.post({ jsonrpc: '2.0', id: 1, method: 'ping', params: [] }),
    ]
    for (const answer of answers) {
      t.equal(answer.status, 400)
      t.match(await answer.json(), { jsonrpc: '2.0', error: { code: -32600 } })
    }
  },
)

t.test('a notification is short, because every call that waits is given it: 413', async (t) => {
  const note = (length: number) => {
    const params = { reason: 'x'.repeat(length) }
    return { jsonrpc: '2.0' as const, method: 'notifications/cancelled', params }
  }
  t.match(clientMessageJson(note(60_000)), 'notifications/cancelled')
  t.throws(() => clientMessageJson(note(70_000)), { status: 413, code: -32600 })
  const result = { picture: 'x'.repeat(70_000) }
  t.ok(clientMessageJson({ jsonrpc: '2.0', id: 1, result }).length > 70_000, 'an answer may be')
  const album = { picture: 'x'.repeat(1024 * 1024) }
  t.throws(() => clientMessageJson({ jsonrpc: '2.0', id: 1, result: album }), {
    status: 413,
    code: -32600,
  })
})
