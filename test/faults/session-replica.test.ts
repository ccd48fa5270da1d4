/** Replicas that are restarted and killed under live sessions of the 2025 revisions. */
import t from 'tap'
import { startReplicas } from './replicas.ts'
import { beginCall, callText, connect } from './session-client.ts'

t.test('both replicas are restarted, one after the other, under a live session', async (t) => {
  const house = await startReplicas(t)
  const { client, asked, changes } = await connect(t, house, false)
  await callText(client, 'announce', { what: 'tools' })
  await changes.reaches(1)
  const pending = callText(client, 'ask').then(
    () => 'answered',
    (error: { code?: number }) => error.code,
  )
  await asked()
  await house.restartEach()
  t.equal(await pending, -32603, 'who waits for a person is told, and need not wait for ever')
  t.equal(await callText(client, 'ask'), 'accept', 'and may be asked anew in the same session')
  t.equal(await callText(client, 'confirm'), 'sure: true')
  await callText(client, 'announce', { what: 'tools', times: 3 })
  await changes.reaches(4)
  t.equal(await callText(client, 'echo', { text: 'still here' }), 'still here')
  t.equal(changes.seen, 4, 'nothing was missed, nothing came twice')
})

t.test('a replica is killed in mid-call: who waits gets a JSON-RPC error', async (t) => {
  const house = await startReplicas(t)
  const { client } = await connect(t, house)
  const before = house.proxy.log.length
  const { answer } = await beginCall(client, 'hold', { name: 'killed' })
  const pending = answer.then(
    () => 'answered',
    (error: { code?: number }) => error.code,
  )
  const holder = house.proxy.log[before]?.backend ?? 0
  await house.services[holder]?.kill()
  t.equal(await pending, -32603)
  await house.revive(holder)
  t.equal(await callText(client, 'echo', { text: 'still here' }), 'still here')
})
