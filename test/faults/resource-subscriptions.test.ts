/** What a session of 2025 has subscribed to is told to it by whichever replica changes it, and after any is restarted. */
import t from 'tap'
import { WATCHED } from '../../mcp/test/support/fixture-server.ts'
import { startReplicas } from './replicas.ts'
import { callText, connect } from './session-client.ts'

t.test('a subscription outlives the replicas that it was made at and is shown by', async (t) => {
  const house = await startReplicas(t)
  const one = await connect(t, house)
  const other = await connect(t, house)
  await one.client.subscribeResource({ uri: WATCHED })
  const change = async () => {
    // Each at another replica than the one before.
    for (const _ of house.services) await callText(other.client, 'announce', { what: WATCHED })
  }
  await change()
  await one.updates.reaches(2)
  await house.restartEach()
  await change()
  await one.updates.reaches(4)
  await callText(other.client, 'announce', { what: 'tools' })
  for (const { changes } of [one, other]) await changes.reaches(1)
  t.equal(one.updates.seen, 4, 'each change was told once')
  t.equal(other.updates.seen, 0, 'and only to who had asked for it')
  await one.client.unsubscribeResource({ uri: WATCHED })
  await change()
  await callText(other.client, 'announce', { what: 'tools' })
  await one.changes.reaches(2)
  t.equal(one.updates.seen, 4, 'until they no longer want it')
})
