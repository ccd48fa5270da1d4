/** Logins that were under way when the gateway was upgraded: records of a release that wrote less. */
import { Redis } from 'ioredis'
import t, { type Test } from 'tap'
import { anyRedis } from '../../../test/support/redis.ts'
import { createRedisStore } from '../../src/store/redis-store.ts'
import { authorizationUrl, openDoor } from '../support/door.ts'

async function withFormer(t: Test) {
  const redis = await anyRedis(t)
  const told: unknown[] = []
  const door = await openDoor(
    t,
    {},
    {
      openStore: (settings) =>
        createRedisStore({
          ...settings,
          ...redis,
          onLost: () => {},
          onUnreadable: (...what) => void told.push(what),
        }),
    },
  )
  const admin = new Redis(redis.url)
  t.teardown(() => admin.disconnect())
  /** Each record of that kind as it would be without some of its fields. */
  const forget = async (kind: string, ...fields: string[]) => {
    const keys = await admin.keys(`${redis.prefix}${kind}:*`)
    for (const key of keys) {
      const value = (await admin.get(key)) ?? ''
      const at = value.indexOf('{')
      const { e, r } = JSON.parse(value.slice(at))
      for (const field of fields) delete r[field]
      await admin.set(key, value.slice(0, at) + JSON.stringify({ e, r }), 'KEEPTTL')
    }
    return keys.length
  }
  return { door, told, forget }
}

t.test('a login that a former release began: the page says to begin again, not 500', async (t) => {
  const { door, told, forget } = await withFormer(t)
  const client = await door.register()
  for (const logins of [1, 2]) {
    const browser = door.browser()
    const consent = await browser.get(authorizationUrl(client).url)
    const toProvider = await browser.submit(consent, 'allow')
    t.equal(await forget('transaction', 'purpose', 'iss'), logins)
    const back = await browser.comeBack(toProvider)
    t.equal(back.statusCode, 400)
    t.match(back.body, /expired.*connect again/s)
  }
  t.same(told, [['transaction', ['purpose']]], 'told once')
  t.match((await door.connect(client)).access_token, /^bsg_/, 'a new one is none of these')
})

t.test('a page that waited for the person since a former release: likewise', async (t) => {
  const { door, told, forget } = await withFormer(t)
  const { browser, page } = await door.askWho(await door.register())
  t.equal(await forget('login', 'provider'), 1)
  t.equal((await browser.submit(page, 'continue')).statusCode, 400)
  t.same(told, [['login', ['provider']]])
})
