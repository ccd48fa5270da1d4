/**
 * A rotation of SECRET_KEY as docs/adr/0012 has it and npm run rotate-secret does it: whatever is under way at one replica
 * goes on at the other, at every moment of both rollouts, and mcp accepts what either of them signs.
 */
import { parseEnv } from 'node:util'
import { createLocalJWKSet, decodeProtectedHeader } from 'jose'
import t, { type Test } from 'tap'
import {
  authorizationUrl,
  type Browser,
  type Door,
  openDoor,
  redemption,
  refreshment,
} from '../../gateway/test/support/door.ts'
import { type McpServer, startMcpServer } from '../../gateway/test/support/mcp-server.ts'
import { replicaInMemory } from '../../gateway/test/support/replicas.ts'
import { verifyAssertion } from '../../mcp/src/authentication/assertion.ts'
import { finish, prepare } from '../../scripts/secret-rotation.ts'

const before = 'SECRET_KEY=the-secret-key-before-the-rotation-long-enough\n'
const prepared = prepare(before, 'the-secret-key-after-the-rotation-long-enough')
const finished = finish(prepared, 3).text

interface Replica {
  door: Door
  origin: string
}

interface House {
  mcp: McpServer
  replicas: [Replica, Replica]
}

/** Two replicas, each with its file. */
async function openHouse(t: Test, file: string, another: string): Promise<House> {
  const mcp = await startMcpServer(t)
  const settings = (text: string) =>
    ({ ...parseEnv(text), MCP_UPSTREAM_URL: mcp.url }) as Record<string, string>
  const listening = async (door: Door) => ({
    door,
    origin: await door.app.listen({ port: 0, host: '127.0.0.1' }),
  })
  const first = await openDoor(t, settings(file))
  const second = await replicaInMemory(t, first, settings(another))
  return { mcp, replicas: [await listening(first), await listening(second)] }
}

/** A call with this token, and the assertion that mcp was sent for it. */
async function assertionFor({ mcp }: House, { origin }: Replica, token: string) {
  const headers = { authorization: `Bearer ${token}` }
  const { status } = await fetch(`${origin}/mcp`, { method: 'POST', headers })
  const sent = String(mcp.received.at(-1)?.headers.authorization)
  return { status, assertion: sent.replace('Bearer ', '') }
}

/** The same browser, as the balancer sends it to another replica. */
function carriedOver(browser: Browser, door: Door): Browser {
  const same = door.browser()
  for (const [name, value] of browser.cookies) same.cookies.set(name, value)
  return same
}

async function goesOn(t: Test, house: House, from: Replica, to: Replica): Promise<void> {
  const client = await from.door.register()
  const keysOf = async ({ door }: Replica) =>
    createLocalJWKSet((await door.app.inject('/jwks')).json())

  const tokens = await from.door.connect(client)
  for (const replica of [from, to]) {
    const { status, assertion } = await assertionFor(house, replica, tokens.access_token)
    t.equal(status, 200, 'the access token')
    for (const keys of [await keysOf(from), await keysOf(to)]) {
      const caller = await verifyAssertion(assertion, {
        issuer: 'http://localhost:3000',
        audience: 'urn:battle-school:mcp',
        keys,
        resourceMetadataUrl: 'http://localhost:3000/.well-known/oauth-protected-resource/mcp',
        now: () => from.door.clock.now,
      })
      t.equal(caller.extra.person.studentId, 'BS-2401', 'the assertion, by the keys of either')
    }
  }
  const refreshed = await to.door.post('/token', refreshment(client, tokens.refresh_token))
  t.equal(refreshed.statusCode, 200, 'the refresh token')

  // A login that waits for its person: the one page whose form is bound to something stored under the key.
  const { upstream } = from.door
  const { identity } = upstream
  upstream.identity = { ...identity, auth_time: 1_700_000_000 }
  const { url, verifier } = authorizationUrl(client)
  const browser = from.door.browser()
  const consent = await browser.get(url)
  const there = carriedOver(browser, to.door)
  const toProvider = await there.submit(consent, 'allow')
  t.equal(toProvider.statusCode, 303, 'the consent form')
  const back = carriedOver(there, from.door)
  const person = await back.comeBack(toProvider)
  t.equal(person.statusCode, 200, 'the way back from the provider')
  upstream.identity = identity
  const granted = await carriedOver(back, to.door).submit(person, 'continue')
  const location = String(granted.headers.location)
  t.match(location, /code=bsg_ac_/, 'the login that waited, stored under the key')
  const code = new URL(location).searchParams.get('code') ?? ''
  const redeemed = await from.door.post('/token', redemption(client, { code, verifier }))
  t.equal(redeemed.statusCode, 200, 'the code')
}

for (const [title, one, other] of [
  ['the first rollout', before, prepared],
  ['the second rollout', prepared, finished],
] as const) {
  t.test(`${title}: what one replica began the other goes on with, both ways`, async (t) => {
    const house = await openHouse(t, one, other)
    const [a, b] = house.replicas
    await t.test('from the former to the later', (t) => goesOn(t, house, a, b))
    await t.test('from the later to the former', (t) => goesOn(t, house, b, a))
  })
}

t.test('after both rollouts what was begun before them goes on, under the new key', async (t) => {
  const house = await openHouse(t, before, finished)
  const [old, now] = house.replicas
  const client = await old.door.register()
  const browser = old.door.browser()
  const consent = await browser.get(authorizationUrl(client).url)
  const tokens = await old.door.connect(client)
  t.equal((await carriedOver(browser, now.door).submit(consent, 'allow')).statusCode, 303)
  const refreshed = await now.door.post('/token', refreshment(client, tokens.refresh_token))
  t.equal(refreshed.statusCode, 200)

  const kids = async (door: Door) =>
    (await door.app.inject('/jwks')).json<{ keys: { kid: string }[] }>().keys.map(({ kid }) => kid)
  const [former] = await kids(old.door)
  const [current, ...others] = await kids(now.door)
  t.same(others, [former], 'RFC 7517 §5: both public keys are shown')
  const { assertion } = await assertionFor(house, now, tokens.access_token)
  t.equal(decodeProtectedHeader(assertion).kid, current, 'the new one signs')
})

t.test('without the first rollout a replica would meet a key that it does not know', async (t) => {
  const house = await openHouse(t, before, finished)
  const [old, now] = house.replicas
  const client = await now.door.register()
  const browser = now.door.browser()
  const consent = await browser.get(authorizationUrl(client).url)
  t.equal((await carriedOver(browser, old.door).submit(consent, 'allow')).statusCode, 400)
  t.equal((await browser.submit(consent, 'allow')).statusCode, 303, 'where it came from')
})
