/** A Redis that is killed or frozen under clients of 2026-07-28. */
import t from 'tap'
import { connectModern, type Listener, listen } from './listener.ts'
import { startReplicas } from './replicas.ts'

const announce = { name: 'announce', arguments: { what: 'tools' } }

for (const [what, lose, regain] of [
  ['is killed and started again', 'kill', 'start'],
  ['says nothing for a while', 'freeze', 'thaw'],
] as const) {
  t.test(
    `Redis ${what}: who listens, and who comes meanwhile, hears each change once`,
    async (t) => {
      const house = await startReplicas(t)
      const client = await connectModern(t, house)
      const there = [await listen(t, house, 0), await listen(t, house, 1)]
      await client.callTool(announce)
      for (const { changes } of there) await changes.reaches(1)
      // Knows nothing yet of what happened before.
      await house.services[1]?.stop()
      await house.redis[lose]()
      await house.revive(1)
      const coming = listen(t, house, 1)
      await house.redis[regain]()
      const late = await coming
      for (const { begun, ends } of there) await begun.reaches(ends.length + 1)
      for (let said = 0; said < 4; ) {
        const answer = await client.callTool(announce).catch(() => undefined)
        if (answer !== undefined) said++
      }
      const heard = ({ changes }: Listener, count: number) => changes.reaches(count)
      await heard(late, 4)
      t.equal(late.changes.seen, 4)
      for (const one of there) {
        await heard(one, 5)
        t.equal(one.changes.seen, 5, 'nothing was missed, nothing came twice')
      }
    },
  )
}
