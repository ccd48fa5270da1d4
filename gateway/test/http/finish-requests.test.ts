import { EventEmitter } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import { finishRequests } from '../../src/http/finish-requests.ts'
import { openDoor, redemption } from '../support/door.ts'

t.test(
  'a code that is being redeemed when the process ends is answered with its tokens',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register()
    const authorized = await door.authorize(client)
    const origin = await door.app.listen({ port: 0, host: '127.0.0.1' })
    const { redeem } = door.store
    const begun = new Promise<void>((resolve) => {
      door.store.redeem = async (...given) => {
        const outcome = await redeem(...given)
        resolve()
        await wait(50)
        return outcome
      }
    })
    const answer = fetch(`${origin}/token`, {
      method: 'POST',
      body: new URLSearchParams(redemption(client, authorized)),
    })
    await begun
    const closed = door.app.close()
    const response = await answer
    t.equal(response.status, 200)
    t.match(await response.json(), { access_token: /^bsg_at_/ })
    await closed
  },
)

t.test('what is under way is waited for, a client that left is not', async (t) => {
  const hooks = new Map<string, (...given: never[]) => unknown>()
  finishRequests({ addHook: (name: string, hook: never) => hooks.set(name, hook) } as never)
  const arrives = hooks.get('onRequest') as (
    request: unknown,
    reply: object,
    done: () => void,
  ) => void
  const preClose = hooks.get('preClose') as () => Promise<void>
  const isOver = async () => {
    let over = false
    void preClose().then(() => {
      over = true
    })
    await new Promise(setImmediate)
    return over
  }
  const [answered, left] = [new EventEmitter(), new EventEmitter()]
  for (const raw of [answered, left]) arrives({}, { raw }, () => {})
  t.equal(await isOver(), false)
  answered.emit('close')
  t.equal(await isOver(), false)
  left.emit('close')
  t.equal(await isOver(), true)
})
