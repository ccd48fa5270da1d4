import type { JSONRPCRequest } from '@modelcontextprotocol/server'
import t from 'tap'
import { checkIds } from '../../src/transport/message-limits.ts'

const long = 'x'.repeat(257)

function request(id: string | number, progressToken?: string | number): JSONRPCRequest {
  const params = progressToken === undefined ? {} : { _meta: { progressToken } }
  return { jsonrpc: '2.0', id, method: 'ping', params }
}

t.test('MCP 2025-11-25 Requests: each id is used once; ids and tokens are bounded', async (t) => {
  t.doesNotThrow(() => checkIds([]))
  t.doesNotThrow(() => checkIds([request(1, 1), request('1', long.slice(1))]))
  for (const requests of [
    [request(1), request(1)],
    [request(long)],
    [request(1, long)],
    [request(1), request(2, long)],
  ]) {
    t.throws(() => checkIds(requests), { status: 400, code: -32600 })
  }
})
