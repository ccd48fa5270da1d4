import type { JSONRPCMessage } from '@modelcontextprotocol/server'
import t from 'tap'
import { inboxFor, ownRequests } from '../../src/transport/own-requests.ts'

const own = ownRequests('a')
const other = ownRequests('b')
const request = (id: number, params = {}): JSONRPCMessage => ({
  jsonrpc: '2.0',
  id,
  method: 'elicitation/create',
  params,
})

t.test('JSON-RPC 2.0 §4: requests of two servers of a session have different ids', async (t) => {
  t.match(own.outgoing(request(0)), { id: 'a.0', method: 'elicitation/create' })
  t.match(other.outgoing(request(0)), { id: 'b.0' })
  const answer = { jsonrpc: '2.0', id: 'a.0', result: {} } as const
  t.strictSame(own.incoming(answer), { jsonrpc: '2.0', id: 0, result: {} })
  t.equal(other.incoming(answer), undefined)
})

t.test('progress tokens and cancellations go with the ids', async (t) => {
  t.match(own.outgoing(request(3, { _meta: { progressToken: 3, more: 1 }, message: 'x' })), {
    id: 'a.3',
    params: { _meta: { progressToken: 'a.3', more: 1 }, message: 'x' },
  })
  const cancelled = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 3 } }
  t.match(own.outgoing(cancelled as JSONRPCMessage), { params: { requestId: 'a.3' } })
  const progress = (progressToken: unknown) =>
    ({
      jsonrpc: '2.0',
      method: 'notifications/progress',
      params: { progressToken, progress: 1 },
    }) as JSONRPCMessage
  t.match(own.incoming(progress('a.3')), { params: { progressToken: 3, progress: 1 } })
  t.equal(own.incoming(progress('b.3')), undefined)
  t.equal(own.incoming(progress(3)), undefined)
})

t.test('what a client makes up belongs to nobody, and throws nothing', async (t) => {
  for (const message of [
    { id: 0, result: {} },
    { id: 'a', result: {} },
    { id: 'b.0', result: {} },
    { error: { code: 1, message: 'x' } },
    { method: 'notifications/progress' },
    { method: 'notifications/progress', params: { progressToken: {} } },
  ]) {
    t.equal(own.incoming({ jsonrpc: '2.0', ...message } as JSONRPCMessage), undefined)
  }
})

t.test('what a client says is for the call that asked, for every call, or for none', async (t) => {
  const call = '0b7f0a4e-52cb-4f6c-9d7e-3f1f6f1f5a11'
  const answer = (id: string | number): JSONRPCMessage => ({ jsonrpc: '2.0', id, result: {} })
  const note = (method: string, params = {}): JSONRPCMessage => ({ jsonrpc: '2.0', method, params })
  t.equal(inboxFor(answer(`${call}.0`)), `<${call}`)
  t.equal(
    inboxFor({ jsonrpc: '2.0', id: `${call}.7`, error: { code: 1, message: 'no' } }),
    `<${call}`,
  )
  const progress = { progressToken: `${call}.7`, progress: 1 }
  t.equal(inboxFor(note('notifications/progress', progress)), `<${call}`)
  t.equal(inboxFor(note('notifications/cancelled', { requestId: 1 })), '<')
  t.equal(inboxFor(note('notifications/roots/list_changed')), '<')
  const made = [
    'nobody.0',
    7,
    '',
    call,
    `${call}.`,
    `${call}.x`,
    `${call}.0.0`,
    `<${call}.0`,
    `x${call}.0`,
  ]
  for (const id of made) t.equal(inboxFor(answer(id)), undefined, String(id))
  t.equal(inboxFor(note('notifications/progress', { progressToken: 7, progress: 1 })), undefined)
  t.equal(inboxFor(note('notifications/progress')), undefined)
})
