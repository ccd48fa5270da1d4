import t from 'tap'
import { providerFetch } from '../../src/upstream/provider-fetch.ts'
import { startFakeProvider } from '../support/fake-provider.ts'

const get = { method: 'GET', headers: {}, body: null, redirect: 'manual' } as const

t.test('the discovery document of the issuer, and nothing else, is read elsewhere', async (t) => {
  const provider = await startFakeProvider()
  t.teardown(() => provider.close())
  const internal = new URL(provider.discoveryUrl)
  for (const [issuer, document] of [
    ['https://a.invalid', 'https://a.invalid/.well-known/openid-configuration'],
    ['https://a.invalid/', 'https://a.invalid/.well-known/openid-configuration'],
    ['https://a.invalid/realms/b', 'https://a.invalid/realms/b/.well-known/openid-configuration'],
    ['https://a.invalid/realms/b/', 'https://a.invalid/realms/b/.well-known/openid-configuration'],
  ] as const) {
    const answer = await providerFetch(issuer, internal)(document, get)
    t.match(await answer.json(), { issuer: provider.issuer }, issuer)
  }
  const fetch = providerFetch('https://a.invalid', internal)
  for (const other of [
    'https://b.invalid/.well-known/openid-configuration',
    'https://a.invalid/.well-known/openid-configuration?x=1',
    'https://a.invalid/.well-known/oauth-authorization-server',
    'https://a.invalid/jwks',
  ]) {
    await t.rejects(fetch(other, get), TypeError, other)
  }
  t.equal(provider.calls.discovery, 4)
})

t.test('without an internal address nothing is replaced', async (t) => {
  const provider = await startFakeProvider()
  t.teardown(() => provider.close())
  const answer = await providerFetch(provider.issuer, undefined)(provider.discoveryUrl, get)
  t.match(await answer.json(), { issuer: provider.issuer })
})
