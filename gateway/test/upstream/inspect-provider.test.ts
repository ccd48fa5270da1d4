import t from 'tap'
import { inspectProvider } from '../../src/upstream/inspect-provider.ts'
import { providerSettings } from '../../src/upstream/read-provider-settings.ts'
import { atProvider } from '../support/at-provider.ts'
import type { FakeProviderOptions } from '../support/fake-provider.ts'

async function findings(
  t: Parameters<typeof atProvider>[0],
  options: FakeProviderOptions = {},
  environment: Record<string, string> = {},
) {
  const at = await atProvider(t, options, environment)
  const [settings] = providerSettings(at.config)
  if (!settings) throw new Error('a provider is configured')
  return { at, ask: () => inspectProvider(settings) }
}

t.test('a provider that has what is asked of it', async (t) => {
  const { ask } = await findings(t)
  t.same(await ask(), [])
})

t.test('what is wrong, and what is doubtful', async (t) => {
  const { ask } = await findings(
    t,
    {
      metadata: {
        response_types_supported: ['id_token'],
        code_challenge_methods_supported: ['plain'],
        token_endpoint_auth_methods_supported: ['client_secret_post'],
        scopes_supported: ['openid'],
        claims_supported: ['sub', 'student_id'],
      },
    },
    { OIDC_CLIENT_AUTH: 'client_secret_basic' },
  )
  t.match(await ask(), [
    { level: 'wrong', what: /authorization code/ },
    { level: 'doubtful', what: /S256/ },
    { level: 'wrong', what: /client_secret_basic/ },
    { level: 'doubtful', what: /scope profile/ },
    { level: 'doubtful', what: /scope email/ },
    { level: 'doubtful', what: /offline_access/ },
    { level: 'doubtful', what: /claim realm_access/ },
  ])
})

t.test('a claim whose name has dots in it is looked for whole', async (t) => {
  const ROLES_CLAIM = 'https://school.example/roles'
  const { ask } = await findings(
    t,
    { metadata: { claims_supported: [ROLES_CLAIM, 'student_id'] } },
    { ROLES_CLAIM },
  )
  t.same(await ask(), [])
})

t.test('a provider that is down or lies', async (t) => {
  const { at, ask } = await findings(t)
  at.provider.misbehave({ metadata: { issuer: 'https://other.example' } })
  t.match(await ask(), [{ level: 'wrong', what: /another issuer, "https:\/\/other\.example"/ }])
  at.provider.misbehave({ answers: { discovery: 503 } })
  t.match(await ask(), [{ level: 'wrong', what: /answered 503/ }])
})
