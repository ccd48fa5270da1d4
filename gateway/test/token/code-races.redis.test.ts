/** Redemption of one code over two replicas on one Redis: RFC 6749 §4.1.2, RFC 9700 §4.2.4. */
import t from 'tap'
import { anyRedis } from '../../../test/support/redis.ts'
import { redemption, refreshment } from '../support/door.ts'
import { replicasOnRedis } from '../support/replicas.ts'

const ROUNDS = 100
const TEN = Array.from({ length: 10 }, (_, index) => index)

t.test(
  'RFC 6749 §4.1.2: ten parallel redemptions of a code over two replicas give one 200, a hundred times',
  async (t) => {
    const doors = await replicasOnRedis(await anyRedis(t))(t)
    const client = await doors[0].register()
    const wonBy = [0, 0]
    for (let round = 0; round < ROUNDS; round++) {
      const request = redemption(client, await doors[0].authorize(client))
      // Each replica is first in every other round.
      const answers = await Promise.all(
        TEN.map(async (index) => {
          const replica = (index + round) % 2 === 0 ? 0 : 1
          return { replica, response: await doors[replica].post('/token', request) }
        }),
      )
      const given = answers.filter(({ response }) => response.statusCode === 200)
      t.equal(given.length, 1, `round ${round}`)
      for (const { response } of answers) {
        if (response.statusCode === 200) continue
        t.match([response.statusCode, response.json()], [400, { error: 'invalid_grant' }])
      }
      for (const { replica } of given) wonBy[replica] = (wonBy[replica] ?? 0) + 1
    }
    t.ok(
      wonBy.every((wins) => wins > 0),
      `each replica redeems: ${wonBy}`,
    )
    t.same(await doors[1].store.grantsOf({ client_id: client.client_id }), [], 'replays revoked')
  },
)

t.test(
  'RFC 9700 §4.2.4: replays that fail client, redirect URI, PKCE or resource are refused and audited, and kill nothing',
  async (t) => {
    const doors = await replicasOnRedis(await anyRedis(t))(t)
    const [here, there] = doors
    const client = await here.register({ client_name: 'mine' })
    const other = await here.register({ client_name: 'other' })
    const wrongs: [string, Record<string, string>, string, string][] = [
      ['client', { client_id: other.client_id }, 'invalid_grant', 'another client’s code'],
      ['redirect URI', { redirect_uri: 'https://a.example' }, 'invalid_grant', 'another redirect'],
      ['PKCE', { code_verifier: 'w'.repeat(43) }, 'invalid_grant', 'wrong code_verifier'],
      ['resource', { resource: 'https://a.example' }, 'invalid_target', '"why":"invalid_target"'],
    ]
    for (const [what, wrong, error, why] of wrongs) {
      const request = redemption(client, await here.authorize(client))
      for (const { logs } of doors) logs.length = 0
      const [redeemed, ...refused] = await Promise.all([
        here.post('/token', request),
        ...TEN.map((index) =>
          (index % 2 === 0 ? there : here).post('/token', { ...request, ...wrong }),
        ),
      ])
      t.equal(redeemed.statusCode, 200, what)
      for (const response of refused) {
        t.match([response.statusCode, response.json()], [400, { error }], what)
      }
      const audited = doors
        .flatMap(({ logs }) => logs)
        .filter((line) => line.includes('"code_refused"'))
      t.equal(audited.length, TEN.length, `${what}: each is audited`)
      t.ok(
        audited.every((line) => line.includes(why)),
        `${what}: with the reason`,
      )
      const late = await there.post('/token', { ...request, ...wrong })
      t.equal(late.statusCode, 400, what)
      const { refresh_token } = redeemed.json()
      const refreshed = await there.post('/token', refreshment(client, refresh_token))
      t.equal(refreshed.statusCode, 200, `${what}: the family lives`)
    }
  },
)
