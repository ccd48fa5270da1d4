import t from 'tap'
import { messageJson, writtenOnce } from '../src/written-once.ts'

const tools = () => [{ name: 'one', inputSchema: { type: 'object', properties: {} } }]
const message = (result: object) => ({ result, jsonrpc: '2.0', id: 'an "id"' })

t.test('a message with a list that was written before is the same JSON', async (t) => {
  const list = writtenOnce(tools())
  for (const others of [{}, { resultType: 'complete', _meta: { a: 1 } }, { nextCursor: 'x' }]) {
    const json = messageJson(message({ tools: list, ...others }))
    t.equal(json, JSON.stringify(message({ tools: tools(), ...others })))
  }
})

t.test('the text belongs to one list, and nobody can change it', async (t) => {
  const list = writtenOnce(tools())
  t.throws(() => list.push({ name: 'two', inputSchema: { type: 'object', properties: {} } }))
  t.throws(() => Object.assign(list[0]?.inputSchema.properties ?? {}, { more: {} }))
  const other = [{ ...tools()[0], name: 'other' }]
  t.match(messageJson(message({ tools: other })), '"name":"other"', 'a list like it is written')
})

t.test('every other message is what JSON.stringify makes of it', async (t) => {
  for (const each of [
    message({ content: [] }),
    message({ tools: 'none' }),
    message({ tools: null }),
    { jsonrpc: '2.0', id: 1, result: null },
    { jsonrpc: '2.0', id: null, error: { code: -32600, message: 'no' } },
    [message({ content: [] }), message({ tools: tools() })],
  ]) {
    t.equal(messageJson(each), JSON.stringify(each))
  }
  t.throws(() => messageJson(message({ content: 1n })), TypeError)
  t.throws(() => messageJson(message({ tools: writtenOnce(tools()), _meta: 1n })), TypeError)
})
