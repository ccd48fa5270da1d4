/** An honest party is made to take one issuer's answer for another's (RFC 9207, RFC 9700 §4.4): at both of our legs. */
import t from 'tap'
import { authorizationUrl, openDoor } from '../support/door.ts'
import { doorAtProvider } from '../support/door-at-provider.ts'
import { person } from '../support/stub-upstream.ts'

t.test(
  'mix-up: a callback with a wrong iss is refused before its code is sent anywhere',
  async (t) => {
    const { door, provider, atProvider } = await doorAtProvider(t)
    const client = await door.register()
    const { issuer } = provider
    for (const wrong of [
      ['https://evil.example'],
      [`${issuer}/`],
      [issuer.toUpperCase()],
      [`${issuer}.evil.example`],
      ['http://localhost:3000'],
      [''],
      // RFC 9207 §2.4: it is required, since this provider says that it sends it.
      [],
      [issuer, 'https://evil.example'],
      ['https://evil.example', issuer],
    ]) {
      const browser = door.browser()
      const page = await browser.get(authorizationUrl(client).url)
      const back = await atProvider(await browser.submit(page, 'allow'))
      back.searchParams.delete('iss')
      for (const iss of wrong) back.searchParams.append('iss', iss)
      const answer = await browser.get(back.pathname + back.search)
      t.match(answer.headers.location, /^https:\/\/claude\.ai\/.*\?error=access_denied/, `${wrong}`)
      t.notMatch(answer.headers.location, /code=/)
    }
    t.equal(provider.calls.token, 0, 'no code of the provider’s went to a token endpoint')
    t.same(await door.store.grantsOf({ client_id: client.client_id }), [])
  },
)

t.test('mix-up: an ID token of another issuer or for another client is refused', async (t) => {
  const { door, provider, atProvider } = await doorAtProvider(t)
  const client = await door.register()
  for (const idToken of [{ iss: 'https://evil.example' }, { aud: 'another-client' }]) {
    provider.misbehave({ idToken })
    const browser = door.browser()
    const page = await browser.get(authorizationUrl(client).url)
    const back = await atProvider(await browser.submit(page, 'allow'))
    const answer = await browser.get(back.pathname + back.search)
    t.match(answer.headers.location, /error=access_denied/, JSON.stringify(idToken))
  }
  t.same(await door.store.grantsOf({ client_id: client.client_id }), [])
})

t.test('mix-up: RFC 9207 §2 every answer to a client names us, as our metadata does', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const metadata = (
    await door.app.inject({ url: '/.well-known/oauth-authorization-server' })
  ).json()
  t.equal(metadata.authorization_response_iss_parameter_supported, true)
  const answers: unknown[] = []
  const refused = await door.browser().get(authorizationUrl(client, { response_type: 'x' }).url)
  answers.push(refused.headers.location)
  const cancelling = door.browser()
  const page = await cancelling.get(authorizationUrl(client).url)
  answers.push((await cancelling.submit(page, 'cancel')).headers.location)
  answers.push((await door.authorize(client)).redirect.href)
  door.upstream.identity = person('valentine', undefined, [])
  const stranger = door.browser()
  const told = await stranger.comeBack(
    await stranger.submit(await stranger.get(authorizationUrl(client).url), 'allow'),
  )
  answers.push(/href="(https:[^"]+)"/.exec(told.body)?.[1]?.replaceAll('&amp;', '&'))
  for (const answer of answers) {
    t.same(new URL(String(answer)).searchParams.getAll('iss'), [metadata.issuer], String(answer))
  }
})

t.test('mix-up: a request cannot choose the iss of the answer', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const { redirect } = await door.authorize(client, { iss: 'https://evil.example' })
  t.same(redirect.searchParams.getAll('iss'), ['http://localhost:3000'])
  const forwarded = await door.app.inject({
    url: authorizationUrl(client, { response_type: 'x' }).url,
    headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example' },
  })
  const answer = new URL(String(forwarded.headers.location))
  t.same(answer.searchParams.getAll('iss'), ['http://localhost:3000'])
})
