/** Strangers who name documents (ADR 16) must not decide whether a client of others can prove itself. */
import { randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import t, { type Test } from 'tap'
import { authorizationUrl, openDoor, redemption, refreshment } from '../support/door.ts'

const DAY = 86_400_000
const CLIENT = 'https://app.vendor.com/client.json'
const KEYS = 'https://app.vendor.com/jwks.json'
const CALLBACK = 'https://app.vendor.com/callback'

/** A client that is a document and signs. */
async function signingClient(t: Test) {
  const door = await openDoor(t)
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  const document = {
    client_id: CLIENT,
    redirect_uris: [CALLBACK],
    token_endpoint_auth_method: 'private_key_jwt',
    jwks_uri: KEYS,
  }
  door.documents.set(CLIENT, { document, freshFor: undefined })
  door.documents.set(KEYS, {
    document: { keys: [await exportJWK(publicKey)] },
    freshFor: undefined,
  })
  async function prove(form: Record<string, string>) {
    const assertion = new SignJWT({ jti: randomUUID() })
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuer(CLIENT)
      .setSubject(CLIENT)
      .setAudience(door.config.PUBLIC_URL.origin)
      .setExpirationTime(Math.floor(door.clock.now / 1000) + 60)
    return door.post('/token', {
      ...form,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await assertion.sign(privateKey),
    })
  }
  return { door, prove, client: { client_id: CLIENT, redirect_uris: [CALLBACK] as [string] } }
}

t.test('starved documents: links to the host of a client log none of its people out', async (t) => {
  const { door, prove, client } = await signingClient(t)
  const first = await prove(redemption(client, await door.authorize(client)))
  t.equal(first.statusCode, 200)
  // A weekend in which nobody refreshes: the copy of its keys is too old to be used.
  door.clock.now += 2 * DAY
  for (let at = 0; at < 130; at++) {
    const link = { client_id: `https://app.vendor.com/${at}`, redirect_uris: client.redirect_uris }
    const remoteAddress = `192.0.2.${at}`
    await door.app.inject({ url: authorizationUrl(link).url, remoteAddress })
  }
  const second = await prove(refreshment(client, first.json().refresh_token))
  t.equal(second.statusCode, 200)
})

t.test(
  'starved documents: who asks for too many makes no client fail for other people',
  async (t) => {
    const { door, client } = await signingClient(t)
    const ask = (client_id: string, remoteAddress: string) =>
      door.app.inject({ url: authorizationUrl({ ...client, client_id }).url, remoteAddress })
    for (let at = 0; at < 30; at++) await ask(`https://h${at}.vendor.com/c`, '192.0.2.1')
    t.equal((await ask(CLIENT, '192.0.2.1')).statusCode, 400)
    t.equal((await ask(CLIENT, '192.0.2.2')).statusCode, 200)
  },
)
