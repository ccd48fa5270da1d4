import type { ServerResponse } from 'node:http'
import t, { type Test } from 'tap'
import { sendResponse } from '../../src/transport/send-response.ts'
import { listening } from '../support/listening.ts'

/** What a client sees of that answer. */
async function sent(
  t: Test,
  answer: Response,
  lateRefusal: (response: ServerResponse) => boolean = () => false,
): Promise<Response> {
  const url = await listening(t, (_request, response) => {
    void sendResponse(response, answer, () => lateRefusal(response))
  })
  return await fetch(url)
}

function refuse(response: ServerResponse): boolean {
  response.writeHead(503).end('refused')
  return true
}

function eventStream(...chunks: string[]): Response {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk))
      controller.close()
    },
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}

t.test('a result leaves whole, with its length', async (t) => {
  const seen = await sent(t, Response.json({ name: 'Bean · 빈' }))
  t.equal(seen.status, 200)
  t.match(seen.headers.get('content-type'), 'application/json')
  t.equal(seen.headers.get('content-length'), String(Buffer.byteLength('{"name":"Bean · 빈"}')))
  t.strictSame(await seen.json(), { name: 'Bean · 빈' })
})

t.test('RFC 6750 §3: a refusal keeps all its headers', async (t) => {
  const headers = { 'www-authenticate': 'Bearer error="insufficient_scope"' }
  const seen = await sent(t, Response.json({}, { status: 403, headers }))
  t.equal(seen.status, 403)
  t.equal(seen.headers.get('www-authenticate'), headers['www-authenticate'])
})

t.test('an answer without a body is one', async (t) => {
  const seen = await sent(t, new Response(null, { status: 202 }))
  t.equal(seen.status, 202)
  t.equal(await seen.text(), '')
})

t.test('a stream comes as it is, however long', async (t) => {
  const chunks = Array.from({ length: 200 }, (_, n) => `data: ${n} ${'x'.repeat(10_000)}\n\n`)
  const seen = await sent(t, eventStream(...chunks))
  t.equal(seen.headers.get('content-type'), 'text/event-stream')
  t.equal(await seen.text(), chunks.join(''))
})

t.test('until the first byte the status can still change, of a stream too', async (t) => {
  for (const answer of [Response.json({}), eventStream('data: a\n\n')]) {
    const seen = await sent(t, answer, refuse)
    t.equal(seen.status, 503)
    t.equal(await seen.text(), 'refused')
  }
})

t.test('who leaves a stream ends it', async (t) => {
  let told = () => {}
  const cancelled = new Promise<void>((resolve) => {
    told = resolve
  })
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode('data: first\n\n')),
    cancel: () => told(),
  })
  const endless = new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  const url = await listening(t, (_request, response) => {
    void sendResponse(response, endless, () => false)
  })
  const abort = new AbortController()
  const seen = await fetch(url, { signal: abort.signal })
  t.equal(seen.status, 200)
  abort.abort()
  await t.resolves(cancelled, 'the server is told')
})
