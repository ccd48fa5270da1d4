/** Others fight for a session at both replicas at once: its owner does not notice. */
import t from 'tap'
import { people } from '../../mcp/test/support/gateway.ts'
import { beginSession, call, message, wireSession } from '../../mcp/test/support/house.ts'
import { openSse, readSse } from '../../mcp/test/support/sse.ts'
import { startReplicas } from './replicas.ts'

const accept = 'text/event-stream'

t.test('whose session it is not gets 404 at each replica, and its owner goes on', async (t) => {
  const house = await startReplicas(t)
  const [here, there] = house.services.map(({ origin }) => new URL('/mcp', origin))
  if (!here || !there) throw new Error('two replicas are needed')
  const token = await house.gateway.mint({ claims: people.ender })
  const owner = await beginSession({ mcpUrl: here }, token, '2025-11-25', { elicitation: {} })
  const elsewhere = wireSession(there, token, owner.id)
  const headers = { accept, authorization: `Bearer ${token}`, 'mcp-session-id': owner.id }
  const standalone = await openSse(there, headers)
  const asking = readSse(await owner.post(call('ask', {}, 'asking')), () => {})
  const { id: asked } = JSON.parse((await asking.next('message')).data)
  const consent = { jsonrpc: '2.0', id: asked, result: { action: 'accept', content: {} } }
  const params = { requestId: 'asking' }
  const cancelled = { jsonrpc: '2.0', method: 'notifications/cancelled', params }

  for (const claims of [people.bean, { ...people.ender, client_id: 'client-2' }]) {
    const stolen = await house.gateway.mint({ claims })
    const thieves = [here, there].map((url) => wireSession(url, stolen, owner.id))
    const attempts = thieves.flatMap((thief) => [
      thief.post(call('echo', { text: 'stolen' })),
      thief.post(consent),
      thief.post(cancelled),
      thief.get({ accept }),
      thief.end(),
    ])
    const own = attempts.map((_, n) => elsewhere.post(call('echo', { text: `own ${n}` }, n)))
    for (const answer of await Promise.all(attempts)) {
      t.equal(answer.status, 404)
      await answer.body?.cancel()
    }
    for (const [n, answer] of (await Promise.all(own)).entries()) {
      t.match(await message(answer), { id: n, result: { content: [{ text: `own ${n}` }] } })
    }
  }

  const declined = { jsonrpc: '2.0', id: asked, result: { action: 'decline' } }
  t.equal((await elsewhere.post(declined)).status, 202)
  const answer = JSON.parse((await asking.next('message')).data)
  t.match(answer, { id: 'asking', result: { content: [{ text: 'decline' }] } })
  await message(await owner.post(call('announce', { what: 'tools' })))
  const told = JSON.parse((await standalone.next('message')).data)
  t.match(told, { method: 'notifications/tools/list_changed' })
  standalone.close()
})
