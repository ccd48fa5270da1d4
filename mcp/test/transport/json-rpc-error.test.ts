import t from 'tap'
import { jsonRpcError, PARSE_ERROR } from '../../src/transport/json-rpc-error.ts'

t.test('JSON-RPC 2.0 §5: the id of the request, or null where there is none to tell', async (t) => {
  t.strictSame(jsonRpcError(PARSE_ERROR, 'no', { id: 'a' }), {
    jsonrpc: '2.0',
    error: { code: -32700, message: 'no' },
    id: 'a',
  })
  t.equal(jsonRpcError(PARSE_ERROR, 'no', { id: 0 }).id, 0)
  for (const body of [undefined, null, 'text', [], [{ id: 1 }], { id: {} }, {}]) {
    t.equal(jsonRpcError(PARSE_ERROR, 'no', body).id, null)
  }
})
