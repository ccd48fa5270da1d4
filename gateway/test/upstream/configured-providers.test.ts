import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import t from 'tap'
import { ConfigurationError, readConfig } from '../../src/config.ts'
import { providerSettings } from '../../src/upstream/read-provider-settings.ts'

const company = {
  id: 'company',
  name: { en: 'Company', ko: '회사' },
  issuer: 'https://login.company.example',
  client_id: 'gateway-at-company',
  client_secret: 'secret at the company',
  email_domains: ['Company.example', 'bücher.example'],
  authorization_parameters: { hd: 'company.example' },
  roles_claim: 'groups',
}
const partner = {
  id: 'partner-2',
  name: 'Partner',
  issuer: 'https://id.partner.example/realms/a',
  client_id: 'gateway',
  client_secret: 'secret at the partner',
}
const own = { OIDC_ISSUER: 'http://localhost:3002', OIDC_CLIENT_SECRET: 'secret of default' }

const read = (environment: Record<string, string>) =>
  providerSettings(readConfig({ SECRET_KEY: 'k'.repeat(32), ...environment }))

function problems(providers: unknown, environment: Record<string, string> = {}) {
  const PROVIDERS = typeof providers === 'string' ? providers : JSON.stringify(providers)
  try {
    read({ PROVIDERS, ...environment })
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems
    throw error
  }
  return []
}

t.test('several providers, beside the one of OIDC_* or without it', async (t) => {
  const PROVIDERS = JSON.stringify([company, partner])
  t.match(read({ ...own, PROVIDERS }), [
    { id: 'default', issuer: own.OIDC_ISSUER, name: { en: 'localhost:3002' } },
    {
      id: 'company',
      name: { en: 'Company', ko: '회사' },
      issuer: company.issuer,
      clientId: 'gateway-at-company',
      credentials: { method: 'automatic' },
      scopes: 'openid profile email',
      offlineAccess: true,
      authorizationParameters: { hd: 'company.example' },
      claims: { studentId: 'student_id', roles: 'groups' },
      emailDomains: ['company.example', 'xn--bcher-kva.example'],
    },
    { id: 'partner-2', name: { en: 'Partner', ko: 'Partner' } },
  ])
  const online = JSON.stringify([{ ...company, offline_access: false }])
  t.match(read({ ...own, OIDC_OFFLINE_ACCESS: 'off', PROVIDERS: online }), [
    { id: 'default', offlineAccess: false },
    { id: 'company', offlineAccess: false },
  ])
  const without = read({ PROVIDERS, STUDENT_ID_CLAIM: 'employee_id' })
  t.match(without, [
    { id: 'company', claims: { studentId: 'employee_id', roles: 'groups' } },
    { id: 'partner-2', claims: { studentId: 'employee_id', roles: 'realm_access.roles' } },
  ])
  t.equal(without.length, 2)
})

t.test('every mistake is listed, with the provider that it is in', async (t) => {
  const found = problems(
    [
      { ...company, id: 'Company!', colour: 'red' },
      { ...company, client_secret: '' },
      { ...partner, client_secret: undefined, authorization_parameters: { state: 'x' } },
      { ...partner, id: 'default' },
      { ...partner, id: 'a', email_domains: ['*.partner.example', 'localhost', 'a@b.example'] },
      { ...partner, id: 'b', client_secret_file: '/no/such/file' },
      { ...partner, id: 'c', client_private_key: 'no key' },
      { ...partner, id: 'd', issuer: 'partner' },
      17,
    ],
    own,
  ).join('\n')
  for (const problem of [
    /PROVIDERS entry 1: id may hold a-z/,
    /PROVIDERS entry 1: .*colour/,
    /PROVIDERS company: client_secret is empty/,
    /PROVIDERS partner-2: client_auth is automatic, and there is no client secret/,
    /PROVIDERS partner-2: authorization_parameters must not name state/,
    /PROVIDERS default: id is the one of the OIDC_\* settings/,
    /PROVIDERS a: email_domains: \*\.partner\.example is not a domain/,
    /PROVIDERS a: email_domains: localhost is not a domain/,
    /PROVIDERS a: email_domains: a@b\.example is not a domain/,
    /PROVIDERS b: client_secret and client_secret_file exclude/,
    /PROVIDERS b: client_secret_file cannot be read: ENOENT/,
    /PROVIDERS c: client_private_key is no private key/,
    /PROVIDERS d: issuer must be a URL/,
    /PROVIDERS entry 9: /,
  ]) {
    t.match(found, problem)
  }
  t.match(problems('[{'), ['PROVIDERS is not JSON'])
  t.match(problems({}), ['PROVIDERS has to be a JSON array'])
})

t.test('ids, issuers and e-mail domains are each one provider’s', async (t) => {
  t.match(problems([company, { ...partner, id: 'company' }]), ['PROVIDERS company: is there twice'])
  const twice = { ...partner, issuer: 'https://LOGIN.company.example/' }
  t.match(problems([company, twice]), [/PROVIDERS partner-2: the issuer is there twice/])
  t.match(problems([{ ...partner, issuer: own.OIDC_ISSUER }], own), [/the issuer is there twice/])
  t.match(problems([company, { ...partner, email_domains: ['COMPANY.EXAMPLE'] }]), [
    /PROVIDERS partner-2: company\.example is another provider’s/,
  ])
  t.match(problems([company], { ...own, OIDC_EMAIL_DOMAINS: 'company.example' }), [
    /PROVIDERS company: company\.example is another provider’s/,
  ])
})

t.test('an issuer that stands for many tenants is refused, with what to do instead', async (t) => {
  for (const issuer of [
    'https://login.microsoftonline.com/common/v2.0',
    'https://login.microsoftonline.com/organizations/v2.0',
    'https://login.microsoftonline.com/{tenantid}/v2.0',
    'https://login.microsoftonline.com/%7Btenantid%7D/v2.0',
    'https://login.microsoftonline.us/common/v2.0',
  ]) {
    t.match(problems([{ ...partner, issuer }]), [/use your own tenant’s issuer/], issuer)
    t.match(problems('', { ...own, OIDC_ISSUER: issuer }), [/OIDC_ISSUER .*your own tenant’s/])
  }
  const tenant = 'https://login.microsoftonline.com/8f0c1a52-4a3b-4c1e-9f0e-2b7d6a5c4e3f/v2.0'
  t.same(problems([{ ...partner, issuer: tenant }]), [])
})

t.test('plain http is for loopback, and an issuer has no query', async (t) => {
  t.match(problems([{ ...partner, issuer: 'http://id.partner.example' }]), [
    /PROVIDERS partner-2: must be https off loopback/,
  ])
  t.match(problems([{ ...partner, issuer: 'https://id.partner.example/?x' }]), [/no query/])
})

t.test('half a provider of OIDC_* is a mistake, not none', async (t) => {
  const { OIDC_ISSUER, OIDC_CLIENT_SECRET } = own
  t.same(problems([company], { OIDC_CLIENT_SECRET }), ['OIDC_ISSUER is not set'])
  t.same(problems([company], { OIDC_ISSUER }), ['OIDC_CLIENT_SECRET is not set'])
  t.same(problems(''), ['OIDC_ISSUER is not set', 'OIDC_CLIENT_SECRET is not set'])
})

t.test('secret and key: one of them, or OIDC_CLIENT_AUTH chooses', async (t) => {
  const key = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })
  const both = { ...own, OIDC_CLIENT_PRIVATE_KEY: key.toString() }
  t.match(problems('', both), [/OIDC_CLIENT_AUTH has to choose/])
  t.same(problems('', { ...both, OIDC_CLIENT_AUTH: 'private_key_jwt' }), [])
  t.same(problems('', { ...both, OIDC_CLIENT_AUTH: 'client_secret_post' }), [])
  t.match(problems('', { ...own, OIDC_CLIENT_AUTH: 'private_key_jwt' }), [/no private key/])
  t.match(problems('', { ...own, OIDC_CLIENT_AUTH: 'mtls' }), [
    /must be one of client_secret_basic/,
  ])
  t.match(problems('', { ...own, OIDC_CLIENT_PRIVATE_KEY: 'no' }), [
    /OIDC_CLIENT_PRIVATE_KEY is no private key/,
  ])
})

t.test('secrets come from files too, never print, and are no demo off loopback', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'providers-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const [secretFile, listFile] = [join(folder, 'secret'), join(folder, 'providers.json')]
  writeFileSync(secretFile, 'secret of a file\n')
  const { client_secret: _, ...rest } = company
  writeFileSync(listFile, JSON.stringify([{ ...rest, client_secret_file: secretFile }, partner]))
  const found = read({ PROVIDERS_FILE: listFile })
  const [first] = found
  t.equal(
    first?.credentials.method === 'automatic' && first.credentials.secret.reveal(),
    'secret of a file',
  )
  t.notMatch(JSON.stringify(found) + inspect(found, { depth: 9 }), /secret of a|secret at/)
  t.match(
    problems([{ ...company, client_secret: 'demo-only-secret' }], {
      PUBLIC_URL: 'https://door.example',
    }),
    [/PROVIDERS company: the client secret is the demo one/],
  )
})
