/** The replica that holds a stream of the deprecated HTTP+SSE (2024-11-05) is killed: its session is over, and is seen to be. */
import t from 'tap'
import { call, initialize } from '../../mcp/test/support/house.ts'
import { type OpenSse, openSse } from '../../mcp/test/support/sse.ts'
import { type Replicas, startReplicas } from './replicas.ts'

/** Every request goes to the replica that is named. */
function visitor({ services, gateway }: Replicas) {
  const authorization = async () => `Bearer ${await gateway.mint()}`
  return {
    async open(at: number) {
      const url = new URL('/sse', services[at]?.origin)
      const stream = await openSse(url, { authorization: await authorization() })
      return { stream, path: (await stream.next('endpoint')).data }
    },
    async post(at: number, path: string, body: unknown) {
      const answer = await fetch(new URL(path, services[at]?.origin), {
        method: 'POST',
        headers: { authorization: await authorization(), 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      await answer.text()
      return answer.status
    },
  }
}

async function answerOn(stream: OpenSse) {
  return JSON.parse((await stream.next('message')).data)
}

t.test('posts to another replica are 404 soon, and the client begins anew there', async (t) => {
  const house = await startReplicas(t)
  const { open, post } = visitor(house)
  const { stream, path } = await open(0)
  t.equal(await post(1, path, initialize('2024-11-05')), 202)
  t.match(await answerOn(stream), { result: { protocolVersion: '2024-11-05' } })
  await house.services[0]?.kill()
  await t.rejects(stream.rest(), 'the stream breaks')
  let status = 202
  while (status === 202) status = await post(1, path, call('echo', { text: 'lost' }))
  t.equal(status, 404)

  const anew = await open(1)
  t.equal(await post(1, anew.path, initialize('2024-11-05')), 202)
  t.match(await answerOn(anew.stream), { id: 'initialize' })
  await house.revive(0)
  t.equal(await post(0, path, call('echo', { text: 'lost' })), 404, 'nor does it live again')
  t.equal(await post(0, anew.path, call('echo', { text: 'here' })), 202)
  t.match(await answerOn(anew.stream), { result: { content: [{ text: 'here' }] } })
  anew.stream.close()
})
