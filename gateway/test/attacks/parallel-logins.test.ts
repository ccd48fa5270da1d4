/** One person logs in many times at once: one person comes of it, and every client gets its own code (C40). */
import t from 'tap'
import { parseToken } from '../../src/oauth/token-value.ts'
import { authorizationUrl, type Door, openDoor, redemption } from '../support/door.ts'

const TEN = Array.from({ length: 10 }, (_, index) => index)

async function grantOf(door: Door, access_token: string) {
  const reference = parseToken('access', access_token)
  return reference && (await door.store.find(reference))?.grant
}

t.test('ten parallel logins of one person: ten browsers, ten clients, one person', async (t) => {
  const door = await openDoor(t)
  const clients = await Promise.all(
    TEN.map((index) => door.register({ redirect_uris: [`https://client${index}.example/cb`] })),
  )
  const connected = await Promise.all(
    clients.map((client, index) => door.connect(client, { state: `state-${index}` })),
  )
  const people = new Set<string | undefined>()
  for (const [index, tokens] of connected.entries()) {
    t.equal(tokens.redirect.origin, `https://client${index}.example`)
    t.equal(tokens.redirect.searchParams.get('state'), `state-${index}`)
    const grant = await grantOf(door, tokens.access_token)
    t.match(grant, { client_id: clients[index]?.client_id, studentId: 'BS-2401' })
    people.add(grant?.personId)
  }
  t.equal(people.size, 1, 'the first login of a person is not taken for ten people')
  t.equal(new Set(connected.map(({ access_token }) => access_token)).size, 10)
})

t.test('ten parallel logins of one person: one client, and no grant ends another', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const connected = await Promise.all(TEN.map(() => door.connect(client)))
  const alive = await Promise.all(connected.map((tokens) => grantOf(door, tokens.access_token)))
  t.equal(alive.filter((grant) => grant !== undefined).length, 10)
  t.equal(new Set(alive.map((grant) => grant?.id)).size, 10)
})

t.test('ten parallel logins of one person: eight tabs of one browser, each its own', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const browser = door.browser()
  const tabs = await Promise.all(
    TEN.slice(0, 8).map(async (index) => {
      const { url, verifier } = authorizationUrl(client, { state: `tab-${index}` })
      return { index, verifier, page: await browser.get(url) }
    }),
  )
  // Answered last to first, and brought back in the order of the tabs.
  const atProvider = []
  for (const tab of tabs.toReversed()) {
    atProvider.unshift({ ...tab, answer: await browser.submit(tab.page, 'allow') })
  }
  const codes = await Promise.all(
    atProvider.map(async ({ index, verifier, answer }) => {
      const redirect = new URL(String((await browser.comeBack(answer)).headers.location))
      t.equal(redirect.searchParams.get('state'), `tab-${index}`)
      return { verifier, code: redirect.searchParams.get('code') ?? '' }
    }),
  )
  for (const code of codes) {
    const response = await door.post('/token', redemption(client, code))
    t.equal(response.statusCode, 200, 'each code has the challenge of its own tab')
  }
})
