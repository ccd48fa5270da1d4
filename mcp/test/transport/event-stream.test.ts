import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import t, { type Test } from 'tap'
import { EventStream } from '../../src/transport/event-stream.ts'

/** A response whose client reads nothing, and does not leave either. */
async function unreadResponse(t: Test): Promise<ServerResponse> {
  const server = createServer()
  const came = new Promise<ServerResponse>((resolve) => {
    server.on('request', (_request, response) => resolve(response))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const socket = connect(port, '127.0.0.1').pause()
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
  t.teardown(() => {
    socket.destroy()
    server.close()
  })
  return await came
}

t.test(
  'MCP 2025-11-25 Resumability: who waits for a client that is gone unseen is let go when another takes over',
  async (t) => {
    const stream = new EventStream(await unreadResponse(t))
    t.notOk(stream.message(JSON.stringify('x'.repeat(16 * 1024 * 1024))))
    const drained = stream.drained()
    stream.end()
    await drained
    t.notOk(stream.open)
    t.ok(stream.message('"later"'), 'nothing is waited for any more')
  },
)
