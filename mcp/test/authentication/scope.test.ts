import t from 'tap'
import { needs, type Scope } from '../../src/authentication/scope.ts'
import { people } from '../support/gateway.ts'
import { ask, beginSession, call, message, startHouse } from '../support/house.ts'

const house = await startHouse()
t.teardown(() => house.close())

const resources = [
  'school://standings',
  'school://armies/Dragon%20Army',
  'school://students/BS-2401',
]

const request = { jsonrpc: '2.0' as const, id: 1, method: 'tools/call' }

async function challengeOf(answer: Response) {
  await answer.body?.cancel()
  return { status: answer.status, challenge: answer.headers.get('www-authenticate') ?? '' }
}

t.test('RFC 6750 §3.1: without school:read every tool, prompt and resource is 403', async (t) => {
  const token = await house.gateway.mint({ claims: { scope: 'school:write' } })
  const session = await beginSession(house, token)
  const requests = [
    call('get_student_info'),
    call('get_my_army'),
    call('get_opponent_army', { armyName: 'Phoenix Army' }),
    { jsonrpc: '2.0', id: 1, method: 'prompts/get', params: { name: 'instructor_message' } },
    ...resources.map((uri) => ({
      jsonrpc: '2.0',
      id: 1,
      method: 'resources/read',
      params: { uri },
    })),
  ]
  for (const body of requests) {
    const { status, challenge } = await challengeOf(await session.post(body))
    t.equal(status, 403)
    t.match(challenge, 'error="insufficient_scope"')
    t.match(challenge, 'scope="school:read school:write"', 'what is held is asked for again')
    t.match(
      challenge,
      'resource_metadata="http://localhost:3000/.well-known/oauth-protected-resource/mcp"',
    )
  }
})

t.test('the same in 2026-07-28', async (t) => {
  const narrow = await house.gateway.mint({ claims: { scope: '' } })
  const refused = await ask(house, narrow, call('get_my_army'))
  const { status, challenge } = await challengeOf(refused)
  t.equal(status, 403)
  t.match(challenge, 'scope="school:read"')
  for (const uri of resources) {
    const read = await challengeOf(
      await ask(house, narrow, { method: 'resources/read', params: { uri } }),
    )
    t.match(read, { status: 403, challenge: 'scope="school:read"' }, uri)
  }
  const wide = await house.gateway.mint({ claims: people.bean })
  const granted = await ask(house, wide, call('get_my_army'))
  t.match((await message(granted)).result?.structuredContent, { name: 'Dragon Army' })
})

t.test(
  'RFC 6750 §3.1: the challenge is what is held and what is missing, in one order',
  async (t) => {
    const challenge = (scopes: Scope[], held: string[]) =>
      needs(scopes)({ request, authInfo: { token: '', clientId: '', scopes: held } })
    t.strictSame(challenge(['school:write'], ['school:read']), {
      scopes: ['school:read', 'school:write'],
    })
    t.strictSame(challenge(['school:write'], []), { scopes: ['school:write'] })
    t.equal(challenge(['school:write'], ['school:write']), undefined)
    t.strictSame(challenge(['school:write', 'school:instruct'], []), { scopes: ['school:write'] })
    t.equal(challenge(['school:instruct'], []), undefined)
  },
)

t.test('no challenge ever names school:instruct', async (t) => {
  const token = await house.gateway.mint({ claims: { ...people.graff, scope: 'school:instruct' } })
  const { status, challenge } = await challengeOf(
    await ask(house, token, call('get_student_info', { studentName: 'Bean' })),
  )
  t.equal(status, 403)
  t.match(challenge, 'scope="school:read"')
})
