import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import t, { type Test } from 'tap'
import { Departure } from '../../src/transport/departure.ts'
import { ParsedRequest } from '../../src/transport/web-request.ts'
import { listening } from '../support/listening.ts'

async function received(
  t: Test,
  answer: (request: ParsedRequest, response: ServerResponse) => void,
) {
  const requests: ParsedRequest[] = []
  const url = await listening(t, (incoming: IncomingMessage, response: ServerResponse) => {
    const request = new ParsedRequest(incoming, new Departure(response))
    requests.push(request)
    answer(request, response)
  })
  return { url, requests }
}

t.test('method, URL and headers are read as of a Request', async (t) => {
  const { url, requests } = await received(t, (_request, response) => void response.end())
  const headers = { 'Mcp-Method': 'tools/call', accept: 'application/json' }
  await fetch(new URL('/mcp?x=1', url), { method: 'POST', headers })
  const [request] = requests
  t.equal(request?.method, 'POST')
  t.equal(request?.url, new URL('/mcp?x=1', url).href)
  t.equal(request?.headers.get('MCP-METHOD'), 'tools/call')
  t.equal(request?.headers.get('absent'), null)
  t.equal(request?.headers.has('Accept'), true)
  t.equal(request?.headers.has('__proto__'), false)
  const entries = Object.fromEntries(request?.headers ?? [])
  t.match(entries, { 'mcp-method': 'tools/call', accept: 'application/json' })
  t.ok([...(request?.headers.keys() ?? [])].includes('accept'))
  t.ok([...(request?.headers.values() ?? [])].includes('tools/call'))
  const seen: string[] = []
  request?.headers.forEach((value, name) => void seen.push(`${name}: ${value}`))
  t.ok(seen.includes('mcp-method: tools/call'))
})

t.test('MCP 2026-07-28: who leaves before the answer has cancelled', async (t) => {
  const { url, requests } = await received(t, () => {})
  const abort = new AbortController()
  const asked = fetch(url, { signal: abort.signal }).catch(() => 'left')
  while (requests.length === 0) await new Promise(setImmediate)
  const signal = requests[0]?.signal
  t.equal(requests[0]?.signal, signal, 'one for all who ask')
  t.equal(signal?.aborted, false)
  const aborted = once(signal as AbortSignal, 'abort')
  abort.abort()
  await aborted
  t.equal(signal?.aborted, true)
  t.equal(await asked, 'left')
})

t.test('an answer that is whole cancels nothing', async (t) => {
  let closed: Promise<unknown> | undefined
  const { url, requests } = await received(t, (_request, response) => {
    closed = once(response, 'close')
    response.end('whole')
  })
  t.equal(await (await fetch(url)).text(), 'whole')
  await closed
  t.equal(requests[0]?.signal.aborted, false)
})

t.test('who asks for the signal late is told of who has left before', async (t) => {
  let left: Promise<unknown> | undefined
  const { url, requests } = await received(t, (_request, response) => {
    left = once(response, 'close')
  })
  const abort = new AbortController()
  const asked = fetch(url, { signal: abort.signal }).catch(() => 'left')
  while (requests.length === 0) await new Promise(setImmediate)
  abort.abort()
  await asked
  await left
  t.equal(requests[0]?.signal.aborted, true)
})
