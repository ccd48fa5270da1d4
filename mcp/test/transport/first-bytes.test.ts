import t from 'tap'
import { withFirstBytes } from '../../src/transport/first-bytes.ts'

const headers = { 'content-type': 'text/event-stream' }

function stream() {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined
  let cancelled: unknown
  const body = new ReadableStream<Uint8Array>({
    start(own) {
      controller = own
    },
    cancel(reason) {
      cancelled = reason
    },
  })
  return {
    response: new Response(body, { status: 200, headers }),
    write: (text: string) => controller?.enqueue(new TextEncoder().encode(text)),
    end: () => controller?.close(),
    cancelled: () => cancelled,
  }
}

t.test('a stream is held back until it has begun, and then whole', async (t) => {
  const { response, write, end } = stream()
  let arrived = false
  const held = withFirstBytes(response).then((answer) => {
    arrived = true
    return answer
  })
  await new Promise((resolve) => setImmediate(resolve))
  t.equal(arrived, false)
  write('data: 1\n\n')
  const answer = await held
  write('data: 2\n\n')
  end()
  t.equal(await answer.text(), 'data: 1\n\ndata: 2\n\n')
  t.equal(answer.headers.get('content-type'), headers['content-type'])
})

t.test('a stream that ends without a byte is passed on as empty', async (t) => {
  const { response, end } = stream()
  end()
  t.equal(await (await withFirstBytes(response)).text(), '')
})

t.test('whoever leaves the answer leaves the stream', async (t) => {
  const { response, write, cancelled } = stream()
  write('data: 1\n\n')
  const answer = await withFirstBytes(response)
  await answer.body?.cancel('gone')
  t.equal(cancelled(), 'gone')
})

t.test('an answer that is no stream passes as it is', async (t) => {
  for (const response of [Response.json({ a: 1 }), new Response(null, { status: 202 })]) {
    t.equal(await withFirstBytes(response), response)
  }
})
