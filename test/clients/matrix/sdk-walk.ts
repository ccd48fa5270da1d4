/** The walk of a client whose SDK is at hand: login, a tool, and a refresh that the SDK makes when its token is refused. */
import type { Test } from 'tap'
import type { Person } from '../../support/person.ts'
import { connectSdk, connectSdkV1, type Fetch, Memory } from '../../support/sdk-client.ts'
import { type Answer, isRegistration, isTokens } from './answers.ts'
import { discover } from './discover.ts'
import type { Place } from './real-client.ts'
import type { SdkClient, SdkWay } from './sdk-client.ts'
import { OAUTH_THEN_OPENID, PATH_THEN_ROOT } from './well-known.ts'

interface Exchange {
  method: string
  path: string
  asked: string
  status: number
  headers: Headers
  answer: Answer
}

export async function sdkWalk(
  t: Test,
  client: SdkClient,
  way: SdkWay,
  place: Place,
  person: Person & { id: string },
): Promise<void> {
  if (client.asksFirst) await discover(t, client.asksFirst, place)
  const exchanges: Exchange[] = []
  const send = recorder(exchanges, client, way)
  const memory = new Memory(person, way.method, way.application)
  const brought = way.clientId?.(place)
  if (brought !== undefined) memory.saveClientInformation({ client_id: brought })

  const url = new URL(place.mcpUrl)
  const connected =
    client.sdk === 1
      ? await connectSdkV1(url, memory, send)
      : (await connectSdk(url, memory, send)).client
  t.equal(memory.answer().get('iss'), place.origin, 'RFC 9207 §2: iss came back')
  seeDiscovery(t, exchanges, way)
  if (brought === undefined) seeRegistration(t, exchanges, memory)
  seeTokens(t, exchanges, 'authorization_code')
  const { tools } = await connected.listTools()
  t.ok(tools.some(({ name }) => name === 'get_student_info'))
  const call = { name: 'get_student_info', arguments: {} }
  t.match((await connected.callTool(call)).structuredContent, { id: person.id })

  const tokens = memory.tokens()
  if (tokens === undefined) throw new Error('the SDK has no tokens')
  memory.saveTokens({ ...tokens, access_token: `${tokens.access_token.slice(0, -4)}AAAA` })
  t.match(
    (await connected.callTool(call)).structuredContent,
    { id: person.id },
    'C50: a refused token is a 401, upon which the SDK refreshes and calls again',
  )
  seeTokens(t, exchanges, 'refresh_token')
  await connected.close()
  await client.also?.(t, place)
}

function recorder(exchanges: Exchange[], client: SdkClient, way: SdkWay): Fetch {
  return async (url, init) => {
    const { pathname } = new URL(url)
    const headers = new Headers(init?.headers)
    for (const [name, value] of Object.entries(client.headers)) headers.set(name, value)
    const answered = await fetch(url, { ...init, headers })
    const response = way.hidden ? asBehindProxy(pathname, answered) : answered
    if (pathname === '/mcp') return response
    const text = await response.clone().text()
    exchanges.push({
      method: init?.method ?? 'GET',
      path: pathname,
      asked: String(init?.body ?? ''),
      status: response.status,
      headers: response.headers,
      answer: text.startsWith('{') ? (JSON.parse(text) as Answer) : {},
    })
    return response
  }
}

function asBehindProxy(pathname: string, response: Response): Response {
  if (pathname === PATH_THEN_ROOT[0] || pathname === OAUTH_THEN_OPENID[0]) {
    return Response.json({ error: 'not_found' }, { status: 404 })
  }
  const { body, status } = response
  const headers = new Headers(response.headers)
  headers.delete('www-authenticate')
  return new Response(body, { status, headers })
}

function seeDiscovery(t: Test, exchanges: readonly Exchange[], way: SdkWay): void {
  const paths = exchanges.map(({ path }) => path).filter((path) => path.startsWith('/.well-known/'))
  const expected = way.hidden
    ? [...PATH_THEN_ROOT, ...OAUTH_THEN_OPENID]
    : [PATH_THEN_ROOT[0], OAUTH_THEN_OPENID[0]]
  t.strictSame(paths.slice(0, expected.length), expected, 'C4, C6: found in the SDK’s order')
}

function seeRegistration(t: Test, exchanges: readonly Exchange[], memory: Memory): void {
  const found = exchanges.find(({ path }) => path === '/register')
  if (!found) throw new Error('the SDK did not register')
  isRegistration(t, found.status, found.answer, JSON.parse(found.asked) as Answer)
  t.equal(memory.clientInformation()?.client_id, found.answer.client_id, 'the SDK took it')
}

function seeTokens(t: Test, exchanges: readonly Exchange[], grant: string): void {
  const found = exchanges.find(
    ({ path, asked }) => path === '/token' && asked.includes(`grant_type=${grant}`),
  )
  if (!found) throw new Error(`the SDK sent no ${grant}`)
  isTokens(t, found, found.answer)
}
