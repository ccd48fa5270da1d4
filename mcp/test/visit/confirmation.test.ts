import {
  type AuthInfo,
  createMcpHandler,
  createRequestStateCodec,
  type ServerContext,
} from '@modelcontextprotocol/server'
import t, { type Test } from 'tap'
import { battleSchool } from '../../src/school/battle-school.ts'
import { MemorySchoolStore } from '../../src/school/memory-school-store.ts'
import { schoolServer } from '../../src/school-server.ts'
import { modernRequest } from '../support/modern.ts'
import { instructor, student } from '../support/school.ts'
import { silentNotifier } from '../support/visit.ts'

const ender = student('BS-2401')
const BINDING = JSON.stringify(['person-BS-2401', ender.clientId])
const args = {
  opponentName: 'Phoenix Army',
  time: new Date(Date.now() + 86_400_000).toISOString(),
}
const yes = { confirm: { action: 'accept', content: { confirm: true } } }
const no = { confirm: { action: 'decline' } }

interface Answer {
  result?: { isError?: boolean; requestState?: string; structuredContent?: { outcome: string } }
  error?: { code: number }
}

/** Calls as they are on the wire, for what no honest client would send. */
function school(t: Test) {
  const store = new MemorySchoolStore(battleSchool)
  const createServer = schoolServer(store, (error) => t.error(error))
  const handler = createMcpHandler(
    (context) => createServer({ ...context, notify: silentNotifier }),
    { legacy: 'reject' },
  )
  t.teardown(() => handler.close())
  const call = async (
    more: { requestState?: string; inputResponses?: object } = {},
    given: object = args,
    authInfo: AuthInfo = ender,
  ) => {
    const params = { name: 'schedule_battle', arguments: given, ...more }
    const request = modernRequest('tools/call', params)
    const body = request.body.replace(
      '"io.modelcontextprotocol/clientCapabilities":{}',
      '"io.modelcontextprotocol/clientCapabilities":{"elicitation":{"form":{}}}',
    )
    const response = await handler.fetch(
      new Request('http://localhost/mcp', { ...request, body }),
      { authInfo },
    )
    const text = await response.text()
    return { text, ...(JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? text) as Answer) }
  }
  const sealed = async () => String((await call()).result?.requestState)
  const count = async () => (await store.scoreboard()).battles.length
  return { store, call, sealed, count }
}

t.test('a confirmation counts once, whichever way it was answered', async (t) => {
  for (const [first, count] of [
    [yes, 1],
    [no, 0],
  ] as const) {
    const at = school(t)
    const requestState = await at.sealed()
    await at.call({ requestState, inputResponses: first })
    t.equal(await at.count(), count)
    const replay = await at.call({ requestState, inputResponses: yes })
    t.equal(replay.result?.isError, true)
    t.match(replay.text, /used before/)
    t.equal(await at.count(), count)
  }
})

t.test('of 20 answers at once one counts', async (t) => {
  const at = school(t)
  const requestState = await at.sealed()
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => at.call({ requestState, inputResponses: yes })),
  )
  t.equal(answers.filter(({ result }) => result?.structuredContent !== undefined).length, 1)
  t.equal(await at.count(), 1)
})

t.test('a state that was tampered with, or made up, is -32602', async (t) => {
  const at = school(t)
  const state = await at.sealed()
  const [version, body = '', mac] = state.split('.')
  const other = `${body[0] === 'e' ? 'f' : 'e'}${body.slice(1)}`
  for (const requestState of ['', 'x', 'v1..', `${version}.${other}.${mac}`, state.slice(0, -3)]) {
    const answer = await at.call({ requestState, inputResponses: yes })
    t.equal(answer.error?.code, -32602, requestState)
  }
  t.equal(await at.count(), 0)
})

t.test('an expired state is -32602', async (t) => {
  const at = school(t)
  const codec = createRequestStateCodec({
    key: await at.store.seals.key(),
    ttlSeconds: -2,
    bind: () => BINDING,
  })
  const payload = JSON.parse(
    Buffer.from((await at.sealed()).split('.')[1] ?? '', 'base64url').toString(),
  )
  const requestState = await codec.mint(payload.p, {} as ServerContext)
  const answer = await at.call({ requestState, inputResponses: yes })
  t.equal(answer.error?.code, -32602)
  t.equal(await at.count(), 0)
})

t.test('another person’s state is -32602', async (t) => {
  const at = school(t)
  const requestState = await at.sealed()
  const given = { ...args, armyName: 'Dragon Army' }
  const answer = await at.call({ requestState, inputResponses: yes }, given, instructor())
  t.equal(answer.error?.code, -32602)
  t.equal(await at.count(), 0)
})

t.test('MCP Elicitation: the state of another client of the same person is -32602', async (t) => {
  const at = school(t)
  const requestState = await at.sealed()
  const other = { ...ender, clientId: 'client-2' }
  const answer = await at.call({ requestState, inputResponses: yes }, args, other)
  t.equal(answer.error?.code, -32602)
  t.equal(await at.count(), 0)
})

t.test('a state of other arguments, or of another tool, is refused', async (t) => {
  const at = school(t)
  const inputResponses = yes
  const requestState = await at.sealed()
  const others = await at.call(
    { requestState, inputResponses },
    { ...args, opponentName: 'Salamander Army' },
  )
  t.match(others.text, /given for something else/)
  const codec = createRequestStateCodec({
    key: await at.store.seals.key(),
    bind: () => BINDING,
  })
  const foreign = await codec.mint({ id: 'other', digest: 'of-another-tool' }, {} as ServerContext)
  const tool = await at.call({ requestState: foreign, inputResponses })
  t.match(tool.text, /given for something else/)
  t.equal(await at.count(), 0)
})

t.test('an answer without a state, and a state without an answer, are asked again', async (t) => {
  const at = school(t)
  const unasked = await at.call({ inputResponses: yes })
  t.type(unasked.result?.requestState, 'string')
  const silent = await at.call({ requestState: await at.sealed() })
  t.type(silent.result?.requestState, 'string')
  t.equal(await at.count(), 0)
})

t.test('MCP 2026-07-28: what was not asked for is ignored in an answer', async (t) => {
  const at = school(t)
  const content = { confirm: true, other: 'x' }
  const inputResponses = {
    confirm: { action: 'accept', content },
    unasked: { action: 'accept', content: {} },
  }
  await at.call({ requestState: await at.sealed(), inputResponses })
  t.equal(await at.count(), 1)
})
