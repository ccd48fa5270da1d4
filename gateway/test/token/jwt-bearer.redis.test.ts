/** Assertions on two replicas that share a Redis: what one has taken, the other has. */
import t from 'tap'
import { startAssertionIssuer } from '../../../test/support/assertion-issuer.ts'
import { anyRedis } from '../../../test/support/redis.ts'
import { CLIENTS, managed } from '../support/managed-door.ts'
import { replicasOnRedis } from '../support/replicas.ts'

t.test(
  'Enterprise-Managed Authorization §7.4.2: an assertion used at one replica is refused at the other, and of many at once one passes',
  async (t) => {
    const clock = { now: 0 }
    const company = await startAssertionIssuer(t, () => clock.now)
    const open = replicasOnRedis(await anyRedis(t))
    const doors = await open(t, { ID_JAG_ISSUERS: company.issuer, CLIENTS })
    const [here, there] = doors.map((door) => managed(door, company))
    if (!here || !there) throw new Error('two replicas')
    clock.now = here.door.clock.now

    const first = await company.sign(here.claims())
    const answer = await here.present(first)
    t.equal(answer.statusCode, 200)
    t.match([(await there.present(first)).json()], [{ error: 'invalid_grant' }])
    t.match(await there.introspect(answer.json().access_token), { active: true })

    for (let round = 0; round < 5; round++) {
      const assertion = await company.sign(here.claims())
      const race = await Promise.all(
        Array.from({ length: 8 }, (_, index) => (index % 2 ? here : there).present(assertion)),
      )
      t.equal(race.filter(({ statusCode }) => statusCode === 200).length, 1)
      t.equal(race.filter((each) => each.json().error === 'invalid_grant').length, 7)
    }
  },
)
