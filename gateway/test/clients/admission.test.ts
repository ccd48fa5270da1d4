import t from 'tap'
import { createAdmission } from '../../src/clients/admission.ts'
import { OPEN } from '../support/admission.ts'

const CLAUDE = 'https://claude.ai/api/mcp/auth_callback'

t.test('without settings every https and loopback redirect URI is admitted', async (t) => {
  const { judgeRedirectUri } = createAdmission(OPEN)
  for (const [uri, verdict] of [
    [CLAUDE, 'admitted'],
    ['http://127.0.0.1/callback', 'admitted'],
    ['http://[::1]:1234/callback', 'admitted'],
    ['http://app.example.com/callback', 'unwelcome'],
    ['cursor://anysphere.cursor-mcp/oauth/callback', 'unwelcome'],
    ['javascript:alert(1)', 'hostile'],
    ['https://claude.ai/x#y', 'hostile'],
    [undefined, 'hostile'],
  ] as const) {
    t.equal(judgeRedirectUri(uri), verdict, String(uri))
  }
})

t.test('CUSTOM_REDIRECT_URIS: that very URI, and none like it', async (t) => {
  const uri = 'cursor://anysphere.cursor-mcp/oauth/callback'
  const { judgeRedirectUri } = createAdmission({ ...OPEN, CUSTOM_REDIRECT_URIS: [uri] })
  t.equal(judgeRedirectUri(uri), 'admitted')
  t.equal(judgeRedirectUri(`${uri}/x`), 'unwelcome')
  t.equal(judgeRedirectUri('cursor://evil/oauth/callback'), 'unwelcome')
})

t.test('ALLOWED_REDIRECT_HOSTS: exactly that host, or every host below it', async (t) => {
  const { judgeRedirectUri, admittedRedirectUris } = createAdmission({
    ...OPEN,
    ALLOWED_REDIRECT_HOSTS: ['claude.ai', '*.school.example.com'],
    CUSTOM_REDIRECT_URIS: ['app://callback'],
  })
  for (const [uri, verdict] of [
    [CLAUDE, 'admitted'],
    ['https://claude.ai:8443/cb', 'admitted'],
    ['https://a.school.example.com/cb', 'admitted'],
    ['https://a.b.school.example.com/cb', 'admitted'],
    ['app://callback', 'admitted'],
    ['https://school.example.com/cb', 'unwelcome'],
    ['https://evilschool.example.com/cb', 'unwelcome'],
    ['https://www.claude.ai/cb', 'unwelcome'],
    ['https://claude.ai.evil.example/cb', 'unwelcome'],
    ['https://claude.ai./cb', 'unwelcome'],
    ['https://evil.example/claude.ai', 'unwelcome'],
    ['http://127.0.0.1/cb', 'unwelcome'],
    ['http://loopback/cb', 'unwelcome'],
    ['https://claude.ai@evil.example/cb', 'hostile'],
  ] as const) {
    t.equal(judgeRedirectUri(uri), verdict, uri)
  }
  t.same(admittedRedirectUris([CLAUDE, 'https://evil.example/cb', 'http://localhost/cb']), [CLAUDE])
})

t.test('ALLOWED_REDIRECT_HOSTS: `loopback` admits this machine', async (t) => {
  const { judgeRedirectUri } = createAdmission({ ...OPEN, ALLOWED_REDIRECT_HOSTS: ['loopback'] })
  for (const host of ['127.0.0.1', '[::1]:99', 'localhost']) {
    t.equal(judgeRedirectUri(`http://${host}/cb`), 'admitted', host)
  }
  t.equal(judgeRedirectUri(CLAUDE), 'unwelcome')
  t.equal(judgeRedirectUri('http://localhost.evil.example/cb'), 'unwelcome')
})

t.test('CIMD and CIMD_ALLOWED_HOSTS: which URL may be a client’s id', async (t) => {
  const admits = (url: string, more: Partial<typeof OPEN>) =>
    createAdmission({ ...OPEN, ...more }).admitsDocument(url)
  const url = 'https://app.example.com/client.json'
  t.equal(admits(url, {}), true)
  t.equal(admits('https://127.0.0.1/client.json', {}), false, 'no document URL at all')
  t.equal(admits('bsg_client_x', {}), false)
  t.equal(admits(url, { CIMD: false }), false)
  t.equal(admits(url, { CIMD_ALLOWED_HOSTS: ['claude.ai'] }), false)
  t.equal(admits(url, { CIMD_ALLOWED_HOSTS: ['app.example.com'] }), true)
  t.equal(admits(url, { CIMD_ALLOWED_HOSTS: ['*.example.com'] }), true)
  t.equal(admits(url, { CIMD_ALLOWED_HOSTS: ['example.com'] }), false)
})

t.test(
  'CIMD_DEVELOPMENT_ORIGINS: admitted beside CIMD_ALLOWED_HOSTS, for ids and for keys',
  async (t) => {
    const settings = {
      ...OPEN,
      CIMD_ALLOWED_HOSTS: ['claude.ai'],
      CIMD_DEVELOPMENT_ORIGINS: ['http://localhost:7591'],
    }
    const { admitsDocument, isDocumentUrl } = createAdmission(settings)
    t.equal(admitsDocument('http://localhost:7591/client.json'), true)
    t.equal(admitsDocument('http://localhost:7592/client.json'), false)
    t.equal(isDocumentUrl('http://localhost:7591/jwks'), true)
    t.equal(isDocumentUrl('http://localhost:7592/jwks'), false)
    t.equal(
      isDocumentUrl('https://keys.example.com/jwks'),
      true,
      'the document vouches for its keys',
    )
    t.equal(
      createAdmission({ ...settings, CIMD: false }).admitsDocument('http://localhost:7591/c'),
      false,
    )
  },
)
