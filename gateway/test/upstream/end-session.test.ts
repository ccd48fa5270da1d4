/** Where a browser goes to end the provider's session (OpenID Connect RP-Initiated Logout 1.0). */
import t from 'tap'
import { atProvider, failureOf } from '../support/at-provider.ts'

const leaving = { idToken: 'id.token.value', state: 'state-of-leaving', ui_locales: 'ko' }
const END = 'http://127.0.0.1:1/logout'

t.test(
  'OpenID Connect RP-Initiated Logout §2: the address has the ID token, who we are, where to come back, and what its own query was',
  async (t) => {
    const { upstream } = await atProvider(t, {
      metadata: { end_session_endpoint: `${END}?tenant=1` },
    })
    const url = await upstream.endSessionUrl(leaving)
    t.equal(`${url?.origin}${url?.pathname}`, END)
    t.same(Object.fromEntries(url?.searchParams ?? []), {
      tenant: '1',
      id_token_hint: 'id.token.value',
      client_id: 'mcp-gateway',
      post_logout_redirect_uri: 'http://localhost:3000/signed-out',
      state: 'state-of-leaving',
      ui_locales: 'ko',
    })
  },
)

t.test('an ID token that no URL can hold is left out: then the provider asks', async (t) => {
  const { upstream } = await atProvider(t, { metadata: { end_session_endpoint: END } })
  const url = await upstream.endSessionUrl({ ...leaving, idToken: 'x'.repeat(6001) })
  t.equal(url?.searchParams.has('id_token_hint'), false)
  t.equal(url?.searchParams.get('client_id'), 'mcp-gateway')
  const longest = await upstream.endSessionUrl({ ...leaving, idToken: 'x'.repeat(6000) })
  t.equal(longest?.searchParams.get('id_token_hint')?.length, 6000)
})

t.test('a provider without end_session_endpoint has no such address', async (t) => {
  const { upstream } = await atProvider(t)
  t.equal(await upstream.endSessionUrl(leaving), undefined)
})

t.test(
  'OpenID Connect RP-Initiated Logout §2.1: an end_session_endpoint that is not https is a misconfiguration',
  async (t) => {
    for (const end_session_endpoint of [
      'http://login.example/logout',
      'javascript:alert(1)',
      'not a URL',
      'data:text/html,x',
    ]) {
      const { upstream } = await atProvider(t, { metadata: { end_session_endpoint } })
      const failure = await failureOf(upstream.endSessionUrl(leaving))
      t.equal(failure.kind, 'misconfigured', end_session_endpoint)
    }
  },
)

t.test('a provider that is down is said to be so', async (t) => {
  const { upstream, provider } = await atProvider(t, { metadata: { end_session_endpoint: END } })
  provider.misbehave({ answers: { discovery: 503 } })
  t.equal((await failureOf(upstream.endSessionUrl(leaving))).kind, 'unavailable')
})
