import t from 'tap'
import { openDoor } from '../support/door.ts'

const METRICS_TOKEN = 'the-token-of-the-scraper'
const headers = { authorization: `Bearer ${METRICS_TOKEN}` }

t.test('GET /metrics counts registrations and tokens by what became of them', async (t) => {
  const door = await openDoor(t, { METRICS_TOKEN, DCR_PER_ADDRESS: '2' })
  await door.connect(await door.register())
  await door.register()
  for (const client_name of ['two', 'three', 'four']) await door.register({ client_name })
  const answer = await door.app.inject({ url: '/metrics', headers })
  t.match(answer.headers['content-type'], /^text\/plain; version=0\.0\.4/)
  for (const [event, count] of [
    ['client_registered', 2],
    ['client_known', 1],
    ['client_limited', 2],
    ['grant_opened', 1],
    ['code_redeemed', 1],
  ] as const) {
    t.match(answer.body, `gateway_audit_events_total{event="${event}"} ${count}`)
  }
})

t.test('without the token 401, without the setting 404', async (t) => {
  const closed = await openDoor(t, { METRICS_TOKEN })
  for (const authorization of [undefined, 'Bearer wrong', `Basic ${METRICS_TOKEN}`]) {
    const answer = await closed.app.inject({
      url: '/metrics',
      headers: authorization ? { authorization } : {},
    })
    t.equal(answer.statusCode, 401)
    t.notMatch(answer.body, /gateway_/)
  }
  const off = await openDoor(t)
  t.equal((await off.app.inject({ url: '/metrics', headers })).statusCode, 404)
})
