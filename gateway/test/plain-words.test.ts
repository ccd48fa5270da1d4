import t from 'tap'
import { ConfigurationError, readConfig } from '../src/config.ts'

function problems(environment: Record<string, string>): readonly string[] {
  const own = { OIDC_ISSUER: 'https://login.example', OIDC_CLIENT_SECRET: 'a secret' }
  try {
    readConfig({ SECRET_KEY: 'k'.repeat(32), ...own, ...environment })
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems
    throw error
  }
  return []
}

t.test('each mistake of a setting is told in words for people', async (t) => {
  const entries = [
    { id: 'fleet', name: 1, issuer: 'https://fleet.example', client_secret: 's', colour: 'red' },
    { name: 'Two', issuer: 'https://two.example', client_id: '', email_domains: 'two.example' },
  ]
  t.same(problems({ PROVIDERS: JSON.stringify(entries), DCR: 'yes' }), [
    'PROVIDERS fleet: name has none of the forms that it may have',
    'PROVIDERS fleet: client_id is missing',
    'PROVIDERS fleet: colour: not known here',
    'PROVIDERS entry 2: id is missing',
    'PROVIDERS entry 2: client_id must not be empty',
    'PROVIDERS entry 2: email_domains must be a list',
    'DCR must be on or off',
  ])
  const rules = [{ by: 'claim', claim: 7, outcome: 'refused' }]
  t.same(problems({ ENROLMENT_RULES: JSON.stringify(rules) }), [
    'ENROLMENT_RULES rule 1: claim: must be text in quotes',
    'ENROLMENT_RULES rule 1: values: is missing',
  ])
})

t.test('a trusted proxy that is none is told with the rest', async (t) => {
  const listed = 'proxy,10.0.0.0/99,0.0.0.0/0,10.0.0.0/8,::1,loopback'
  t.same(problems({ TRUSTED_PROXIES: listed, PUBLIC_URL: 'http://door.example' }), [
    'PUBLIC_URL must be https off loopback (OAuth 2.1 §1.5)',
    ...['proxy', '10.0.0.0/99', '0.0.0.0/0'].map(
      (one) => `TRUSTED_PROXIES: ${one} is neither an address nor a CIDR range`,
    ),
  ])
})
