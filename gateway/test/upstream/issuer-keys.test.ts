/** How often a company is asked for its keys by one gateway, whatever strangers send. */
import t from 'tap'
import { createClientKey } from '../../../test/support/client-assertion.ts'
import { openManagedDoor } from '../support/managed-door.ts'

const MINUTE = 60_000

t.test(
  'keys: read once, again where one is missing, and not for each stranger’s key',
  async (t) => {
    const { door, company, claims, redeem, present } = await openManagedDoor(t)
    t.equal((await redeem()).statusCode, 200)
    t.equal((await redeem()).statusCode, 200)
    t.same(company.asked, ['/.well-known/openid-configuration', '/jwks'])
    door.clock.now += 2 * MINUTE
    await company.rotateKey()
    t.equal((await redeem()).statusCode, 200, 'a new key')
    t.equal(company.asked.length, 4)
    for (let tries = 0; tries < 5; tries++) {
      const stranger = await createClientKey(`stranger ${tries}`)
      await present(await stranger.sign(claims(), { typ: 'oauth-id-jag+jwt' }))
    }
    t.equal(company.asked.length, 4, 'once a minute')
    door.clock.now += 11 * MINUTE
    t.equal((await redeem()).statusCode, 200)
    t.equal(company.asked.length, 6, 'and every ten minutes')
  },
)

t.test('a company that goes away leaves its keys good for an hour', async (t) => {
  const { door, company, redeem } = await openManagedDoor(t)
  t.equal((await redeem()).statusCode, 200)
  company.documents = { status: 500 }
  door.clock.now += 50 * MINUTE
  t.equal((await redeem()).statusCode, 200)
  door.clock.now += 20 * MINUTE
  t.equal((await redeem()).statusCode, 503)
  company.documents = {}
  door.clock.now += MINUTE
  t.equal((await redeem()).statusCode, 200)
})

t.test(
  'a key that is missing while the company is away: 503, since it may be a new one',
  async (t) => {
    const { door, company, redeem } = await openManagedDoor(t)
    t.equal((await redeem()).statusCode, 200)
    await company.rotateKey()
    company.documents = { status: 500 }
    door.clock.now += 2 * MINUTE
    t.equal((await redeem()).statusCode, 503)
    company.documents = {}
    door.clock.now += MINUTE
    t.equal((await redeem()).statusCode, 200)
  },
)
