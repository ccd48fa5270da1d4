/** Replicas that are restarted and killed, and a Redis that is, under live sessions of the 2025 revisions. */
import t from 'tap'
import { callText, connect, startReplicas } from './replicas.ts'

t.test('both replicas are restarted, one after the other, under a live session', async (t) => {
  const house = await startReplicas(t)
  const live = await connect(t, house, false)
  const { client } = live
  await callText(client, 'announce', { what: 'tools' })
  await live.changes(1)
  const pending = callText(client, 'ask').then(
    () => 'answered',
    (error: { code?: number }) => error.code,
  )
  await live.asked()
  for (const at of [0, 1]) {
    await house.services[at]?.stop()
    await house.revive(at)
  }
  t.equal(await pending, -32603, 'who waits for a person is told, and need not wait for ever')
  t.equal(await callText(client, 'ask'), 'accept', 'and may be asked anew in the same session')
  t.equal(await callText(client, 'confirm'), 'sure: true')
  await callText(client, 'announce', { what: 'tools', times: 3 })
  await live.changes(4)
  t.equal(await callText(client, 'echo', { text: 'still here' }), 'still here')
  t.equal(live.seen(), 4, 'nothing was missed, nothing came twice')
})

t.test('a replica is killed in mid-call: who waits gets a JSON-RPC error', async (t) => {
  const house = await startReplicas(t)
  const { client } = await connect(t, house)
  const before = house.proxy.log.length
  const pending = client.callTool({ name: 'hold', arguments: { name: 'killed' } }).then(
    () => 'answered',
    (error: { code?: number }) => error.code,
  )
  // Its stream is open, and the client knows where it is in it.
  await callText(client, 'pause', { ms: 500 })
  // The client opens its GET when it likes.
  const posted = house.proxy.log.slice(before).find(({ method }) => method === 'POST')
  const holder = posted?.backend ?? 0
  await house.services[holder]?.kill()
  t.equal(await pending, -32603)
  await house.revive(holder)
  t.equal(await callText(client, 'echo', { text: 'still here' }), 'still here')
})

for (const [what, lose, regain] of [
  ['is killed and started again', 'kill', 'start'],
  ['says nothing for a while', 'freeze', 'thaw'],
] as const) {
  t.test(`Redis ${what}: no change is missed or doubled, and running calls go on`, async (t) => {
    const house = await startReplicas(t)
    const lives = [await connect(t, house), await connect(t, house)]
    const [one, other] = lives
    if (!one || !other) throw new Error('two clients are needed')
    await callText(one.client, 'announce', { what: 'tools' })
    for (const live of lives) await live.changes(1)
    const running = callText(one.client, 'pause', { ms: 7_000 })
    await callText(other.client, 'pause', { ms: 500 })
    await house.redis[lose]()
    await t.rejects(callText(other.client, 'echo', { text: 'while it is away' }))
    await house.redis[regain]()
    let back = ''
    while (back !== 'back') {
      back = (await callText(other.client, 'echo', { text: 'back' }).catch(() => '')) ?? ''
    }
    await callText(other.client, 'announce', { what: 'tools', times: 5 })
    for (const live of lives) await live.changes(6)
    t.equal(await running, 'paused')
    for (const live of lives) t.equal(live.seen(), 6)
  })
}
