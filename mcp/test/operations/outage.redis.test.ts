import t from 'tap'
import { ownRedis } from '../../../test/support/redis.ts'
import { ask, beginSession, call, connect, message, startHouse } from '../support/house.ts'

/** Until it is answered with this status; the runner's time-out is the limit. */
async function until(status: number, ask: () => Promise<Response>): Promise<Response> {
  for (;;) {
    const answer = await ask()
    if (answer.status === status) return answer
    await answer.body?.cancel()
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

for (const [what, lose, regain] of [
  ['is killed', 'kill', 'start'],
  ['says nothing more', 'freeze', 'thaw'],
] as const) {
  t.test(
    `Redis ${what}: 503 with Retry-After within 2 s, and all works once it is back`,
    async (t) => {
      const redis = await ownRedis(t)
      const house = await startHouse({ REDIS_URL: redis.url })
      t.teardown(() => house.close())
      const token = await house.gateway.mint()
      const again = () => ask(house, token, call('get_my_army'))
      t.match((await message(await again())).result?.structuredContent, { name: 'Dragon Army' })
      const client = await connect(house)

      await redis[lose]()
      const begun = performance.now()
      const answer = await again()
      t.ok(performance.now() - begun < 2_000)
      t.equal(answer.status, 503)
      t.match(answer.headers.get('retry-after'), /^\d+$/)
      t.match(await answer.json(), { id: 1, error: { code: -32000 } })
      await t.rejects(client.callTool({ name: 'get_my_army', arguments: {} }))
      t.equal((await fetch(new URL('/readyz', house.origin))).status, 503)
      t.equal((await fetch(new URL('/healthz', house.origin))).status, 200)

      await redis[regain]()
      const back = await until(200, again)
      t.match((await message(back)).result?.structuredContent, { name: 'Dragon Army' })
      t.match((await client.callTool({ name: 'get_my_army', arguments: {} })).structuredContent, {
        name: 'Dragon Army',
      })
      t.equal((await fetch(new URL('/readyz', house.origin))).status, 200)
      await client.close()
    },
  )
}

t.test('an outage is logged once, and its end once, however many streams are open', async (t) => {
  const redis = await ownRedis(t)
  const lines: string[] = []
  let onLine = (_line: string) => {}
  const logTo = {
    write(line: string) {
      lines.push(JSON.parse(line).msg)
      onLine(line)
    },
  }
  const logged = (message: string) =>
    new Promise<void>((resolve) => {
      onLine = (line) => {
        if (JSON.parse(line).msg === message) resolve()
      }
    })
  const house = await startHouse({ REDIS_URL: redis.url, LOG_LEVEL: 'info' }, { logTo })
  t.teardown(() => house.close())
  const token = await house.gateway.mint()
  for (let at = 0; at < 5; at++) {
    const session = await beginSession(house, token)
    const view = await session.get({ accept: 'text/event-stream' })
    t.equal(view.status, 200)
  }
  lines.length = 0
  const lost = logged('Redis is lost; trying again')
  await redis.kill()
  await lost
  const back = logged('Redis is back')
  for (let asked = 0; asked < 3; asked++) {
    t.equal((await ask(house, token, call('get_my_army'))).status, 503)
  }
  await redis.start()
  await back
  const about = lines.filter((line) => /^Redis is|failed/.test(line))
  t.strictSame(about, ['Redis is lost; trying again', 'Redis is back'])
})

t.test('it starts while Redis is down, and serves once it is up', async (t) => {
  const redis = await ownRedis(t)
  await redis.kill()
  const house = await startHouse({ REDIS_URL: redis.url })
  t.teardown(() => house.close())
  const token = await house.gateway.mint()
  const again = () => ask(house, token, call('get_student_info'))
  const down = await again()
  t.equal(down.status, 503)
  await down.body?.cancel()
  await redis.start()
  t.match((await message(await until(200, again))).result?.structuredContent, { id: 'BS-2401' })
})

t.test('2026-07-28: nobody is told that they listen before Redis was reached once', async (t) => {
  const redis = await ownRedis(t)
  await redis.kill()
  const house = await startHouse({ REDIS_URL: redis.url })
  t.teardown(() => house.close())
  const token = await house.gateway.mint()
  const params = { notifications: { toolsListChanged: true } }
  const listen = () => ask(house, token, { method: 'subscriptions/listen', params })
  const down = await listen()
  t.equal(down.status, 503)
  t.match(down.headers.get('retry-after'), /^\d+$/)
  await down.body?.cancel()
  await redis.start()
  const up = await until(200, listen)
  t.equal(up.headers.get('content-type'), 'text/event-stream')
  await up.body?.cancel()
})

t.test('two processes on one Redis are one school', async (t) => {
  const redis = await ownRedis(t)
  const houses = [
    await startHouse({ REDIS_URL: redis.url }),
    await startHouse({ REDIS_URL: redis.url }),
  ]
  for (const house of houses) {
    t.teardown(() => house.close())
    const answer = await ask(house, await house.gateway.mint(), call('get_student_info'))
    t.match((await message(answer)).result?.structuredContent, { name: 'Ender Wiggin' })
  }
})
