/** Nothing that a client sends makes a line of the log, or ends one (CWE-117), and no secret gets there. */
import t from 'tap'
import { CLAUDE, openDoor, redemption } from '../support/door.ts'

const FORGED = '\n{"level":30,"audit":"grant_opened","person":"mallory"}\r\n\u2028\u001b[31m'

t.test('log injection: every line is one JSON object of ours, whatever was sent', async (t) => {
  const door = await openDoor(t)
  const encoded = encodeURIComponent(FORGED)
  await door.app.inject({
    method: 'POST',
    url: '/register',
    headers: { 'user-agent': 'x\u001b[31m' },
    payload: { client_name: FORGED, redirect_uris: [CLAUDE] },
  })
  for (const url of [
    `/authorize?client_id=${encoded}`,
    `/${encoded}`,
    `/callback?state=${encoded}`,
    `/register/${encoded}`,
  ]) {
    await door.app.inject({ url })
  }
  await door.post('/token', { grant_type: FORGED, client_id: FORGED, code: FORGED })
  await door.post('/token', { [FORGED]: 'x' })
  t.ok(door.logs.length > 5)
  for (const line of door.logs) {
    t.equal(line.trimEnd().split('\n').length, 1)
    const { level, audit, person } = JSON.parse(line)
    t.type(level, 'number')
    t.notOk(audit === 'grant_opened' || person === 'mallory')
    t.notOk(line.includes('\u001b'))
  }
})

t.test(
  'no token, code, secret, verifier or cookie is in the log, of what succeeds and of what fails',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register({ token_endpoint_auth_method: 'client_secret_post' })
    const { code, verifier, access_token, refresh_token } = await door.connect(client)
    await door.post('/token', redemption(client, { code, verifier }))
    await door.post('/token', {
      ...redemption(client, { code, verifier }),
      client_secret: 'wrong-secret-of-mine',
    })
    await door.post('/revoke', {
      token: refresh_token,
      client_id: client.client_id,
      client_secret: client.client_secret ?? '',
    })
    await door.app.inject({
      url: '/mcp',
      headers: { authorization: `Bearer ${access_token}`, cookie: 'a=cookie-of-mine' },
    })
    await door.app.inject({ url: `/mcp?access_token=${access_token}` })
    const logs = door.logs.join('')
    for (const secret of [
      code,
      verifier,
      access_token,
      refresh_token,
      client.client_secret ?? 'x',
      'wrong-secret-of-mine',
      'cookie-of-mine',
    ]) {
      t.notMatch(logs, secret)
    }
  },
)
