import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import t from 'tap'
import { authorizationUrl, openDoor } from '../support/door.ts'

const requests = (path: string, count: number) =>
  `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`.repeat(count)

t.test('RFC 9112 §9.3.2: some pipelined requests are answered, one after the other', async (t) => {
  const door = await openDoor(t)
  await door.app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = door.app.server.address() as AddressInfo
  const client = connect(port, '127.0.0.1')
  t.teardown(() => client.destroy())
  for (let round = 0; round < 5; round++) {
    client.write(requests('/healthz', 20))
    let text = ''
    while (text.split('{"status":"alive"}').length <= 20) {
      const [chunk] = (await once(client, 'data')) as [Buffer]
      text += chunk.toString()
    }
    t.equal(text.split('HTTP/1.1 200').length, 21)
  }
})

t.test(
  'a client that sends on and on without reading an answer loses its connection',
  async (t) => {
    const door = await openDoor(t)
    const { url } = authorizationUrl(await door.register())
    let pages = 0
    const { get } = door.store
    t.intercept(door.store, 'get', {
      value: (...given: Parameters<typeof get>) => {
        pages++
        return get(...given)
      },
    })
    await door.app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = door.app.server.address() as AddressInfo
    const client = connect(port, '127.0.0.1')
    client.on('error', () => {})
    const closed = new Promise((resolve) => client.once('close', resolve))
    client.write(requests(url, 1000))
    await closed
    t.ok(pages <= 32, `${pages} of 1000 were looked at`)
    t.equal((await door.app.inject({ url: '/healthz' })).statusCode, 200, 'nobody else feels it')
  },
)
