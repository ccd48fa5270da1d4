/** A Redis that is killed or frozen under live sessions of the 2025 revisions. */
import type { Client } from '@modelcontextprotocol/sdk/client/index.js'
import t from 'tap'
import { startReplicas } from './replicas.ts'
import { beginCall, callText, connect } from './session-client.ts'

/** Two in a row, because each request goes to another replica than the one before. */
async function bothServe(client: Client): Promise<void> {
  for (let served = 0; served < 2; ) {
    const text = await callText(client, 'echo', { text: 'back' }).catch(() => undefined)
    served = text === 'back' ? served + 1 : 0
  }
}

for (const [what, lose, regain] of [
  ['is killed and started again', 'kill', 'start'],
  ['says nothing for a while', 'freeze', 'thaw'],
] as const) {
  t.test(`Redis ${what}: no change is missed or doubled, and running calls go on`, async (t) => {
    const house = await startReplicas(t)
    const one = await connect(t, house)
    const other = await connect(t, house)
    const lives = [one, other]
    await callText(one.client, 'announce', { what: 'tools' })
    for (const { changes } of lives) await changes.reaches(1)
    const { answer } = await beginCall(one.client, 'pause', { ms: 5_000 })
    await house.redis[lose]()
    await t.rejects(callText(other.client, 'echo', { text: 'while it is away' }))
    await house.redis[regain]()
    await bothServe(other.client)
    await callText(other.client, 'announce', { what: 'tools', times: 5 })
    for (const { changes } of lives) await changes.reaches(6)
    t.match(await answer, { content: [{ text: 'paused' }] })
    for (const { changes } of lives) t.equal(changes.seen, 6)
  })
}
