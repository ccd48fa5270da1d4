/** Answers that do not tell which half was wrong: what exists is nobody's business. */
import t from 'tap'
import { openDoor, redemption, refreshment } from '../support/door.ts'

t.test('an unknown client, a wrong secret and no secret are one answer', async (t) => {
  const door = await openDoor(t)
  const client = await door.register({ token_endpoint_auth_method: 'client_secret_post' })
  const { refresh_token } = await door.connect(client)
  const bodies = new Set<string>()
  for (const wrong of [
    { client_id: 'bsg_client_AAAAAAAAAAAAAAAAAAAAAA' },
    { client_secret: 'wrong' },
    { client_secret: '' },
    { client_id: 'https://app.example/client.json' },
  ]) {
    const answer = await door.post('/token', { ...refreshment(client, refresh_token), ...wrong })
    t.equal(answer.statusCode, 401)
    bodies.add(answer.body)
  }
  t.equal(bodies.size, 1)
})

t.test('a code that is unknown, another’s, used or too old is one answer', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const other = await door.register({ client_name: 'other' })
  const used = await door.authorize(client)
  await door.post('/token', redemption(client, used))
  const foreign = await door.authorize(other)
  const old = await door.authorize(client)
  const bodies = new Set<string>()
  for (const form of [
    redemption(client, { ...used, code: `bsg_ac_${'A'.repeat(22)}.${'A'.repeat(43)}` }),
    redemption(client, { ...used, verifier: 'w'.repeat(43) }),
    redemption(client, foreign),
    redemption(client, used),
  ]) {
    bodies.add((await door.post('/token', form)).body)
  }
  door.clock.now += 61_000
  bodies.add((await door.post('/token', redemption(client, old))).body)
  t.equal(bodies.size, 1)
  t.match([...bodies][0], 'invalid_grant')
})
