/** Very many open streams on one replica. bench/streams.ts opens 10,000 and measures their memory; here it is a thousand. */
import { once } from 'node:events'
import t from 'tap'
import { call, message } from '../../mcp/test/support/house.ts'
import { openRawStreams } from '../support/raw-streams.ts'
import { startReplicas } from './replicas.ts'
import { Tally } from './tally.ts'

const STREAMS = 1_000
const OF_ONE_PERSON = 10

t.test(
  '1,000 open streams on one replica: each is told of a change, and all can end',
  async (t) => {
    const house = await startReplicas(t, 1)
    const mcpUrl = new URL('/mcp', house.services[0]?.origin)
    const mint = (n: number) =>
      house.gateway.mint({ claims: { sub: `person-${Math.floor(n / OF_ONE_PERSON)}` } })
    const heard = new Tally()
    const streams = await openRawStreams(mcpUrl, STREAMS, mint, () => heard.count())
    t.teardown(() => {
      for (const { socket } of streams) socket.destroy()
    })
    t.equal(streams.length, STREAMS)
    const announce = () =>
      streams[0]?.session.post(call('announce', { what: 'tools' })).then(message)
    for (const round of [1, 2, 3]) {
      await announce()
      await heard.reaches(round * STREAMS)
      t.ok(
        streams.every((stream) => stream.heard === round),
        'each heard it, and once',
      )
    }
    const [ended, left] = [streams.slice(0, STREAMS / 2), streams.slice(STREAMS / 2)]
    const ends = ended.map(({ socket }) => once(socket, 'close'))
    await Promise.all(ended.map(({ session }) => session.end()))
    await Promise.all(ends)
    const others = left.map(({ socket }) => once(socket, 'close'))
    t.ok(
      left.every(({ socket }) => !socket.destroyed),
      'a session that ends ends no other’s',
    )
    await house.services[0]?.stop()
    await t.resolves(Promise.all(others), 'nor does one outlive its replica')
  },
)
