/** A thousand people, each with a session of their own, whose every request goes to another replica than the one before. */
import t from 'tap'
import { call, message, wireSession } from '../../mcp/test/support/house.ts'
import { begin, served } from '../support/patience.ts'
import { startReplicas } from './replicas.ts'

const PEOPLE = 1_000
/** People who ask at the same moment, each two things. */
const AT_A_TIME = 50

/** What `ask` gives for each person, in their order. */
async function ofEach<T>(ask: (n: number) => Promise<T>): Promise<T[]> {
  const given: T[] = []
  let next = 0
  const some = async () => {
    for (let n = next++; n < PEOPLE; n = next++) given[n] = await ask(n)
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, some))
  return given
}

t.test('each of 1,000 concurrent sessions gets its own answers, and none another’s', async (t) => {
  const house = await startReplicas(t)
  const start = house.proxy.log.length
  const token = (n: number) =>
    house.gateway.mint({ claims: { sub: `person-${n}`, student_id: `BS-${n}` } })
  const ids = await ofEach(async (n) => (await begin(house.mcpUrl, await token(n))).id)
  t.equal(new Set(ids).size, PEOPLE)
  // All use the same ids of requests; one is answered at once, the other on a stream that is logged.
  const answers = await ofEach(async (n) => {
    const session = wireSession(house.mcpUrl, await token(n), ids[n] ?? '')
    const [one, other] = await Promise.all([
      served(() => session.post(call('echo', { text: `of ${n}` }, 'echo'))).then(message),
      served(() => session.post(call('steps', { count: 1 + (n % 5) }, 'steps'))).then((answer) =>
        answer.text(),
      ),
    ])
    return { ...one, steps: other.match(/\d+ steps/)?.[0] }
  })
  const expected = ids.map((_, n) => {
    const result = { content: [{ text: `of ${n}` }] }
    return { id: 'echo', result, steps: `${1 + (n % 5)} steps` }
  })
  t.match(answers, expected)
  const passed = house.proxy.log.slice(start)
  for (const at of house.services.keys()) {
    const sessions = new Set(
      passed.flatMap(({ backend, session }) => (backend === at ? [session] : [])),
    )
    t.ok(sessions.size > PEOPLE / 2, 'most were served by each')
  }
})
