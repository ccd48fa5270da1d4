import t, { type Test } from 'tap'
import { createAdmission } from '../../src/clients/admission.ts'
import { type Client, ClientDocumentError } from '../../src/clients/client.ts'
import { readKeySet } from '../../src/clients/client-keys.ts'
import { createClients } from '../../src/clients/clients.ts'
import { readClientDocument } from '../../src/clients/documents/client-id-metadata-document.ts'
import type { Documents } from '../../src/clients/documents/documents.ts'
import { chatgpt } from '../../src/clients/known-documents/chatgpt.ts'
import { claude } from '../../src/clients/known-documents/claude.ts'
import { lifetimes } from '../../src/store/lifetimes.ts'
import { createMemoryStore } from '../../src/store/memory-store.ts'
import type { ClientRecord } from '../../src/store/records/client.ts'
import { StoreUnavailableError } from '../../src/store/store.ts'
import { OPEN } from '../support/admission.ts'

const ID = 'https://app.example.com/client.json'
const DOCUMENT = { client_id: ID, redirect_uris: ['https://app.example.com/cb'] }
const CLAUDE = claude.document.client_id
const HOUR = 3_600_000
const REGISTERED = `bsg_client_${'a'.repeat(22)}`

const configured: Client = {
  client_id: 'machine',
  origin: 'configured',
  redirect_uris: [],
  grant_types: ['client_credentials'],
  response_types: [],
  token_endpoint_auth_method: 'client_secret_basic',
}

type Kept = Record<string, unknown> | ClientDocumentError['reason'] | Error

const HERE = '192.0.2.1'

function begin(t: Test, settings: Partial<typeof OPEN> = {}) {
  const clock = { now: Date.parse('2026-11-23T12:00:00Z') }
  const store = createMemoryStore({
    now: () => clock.now,
    lifetimes: lifetimes({ LOGIN_TTL: 900, REFRESH_TOKEN_TTL: 86_400 }),
  })
  t.teardown(() => store.close())
  /** What is at each URL, and what was there the last time. */
  const web = new Map<string, Kept>()
  const last = new Map<string, Record<string, unknown>>()
  const withdrawn = new Set<string>()
  const asked: string[] = []
  const fetchFrom = (how: string) => async (url: string) => {
    asked.push(`${how} ${url}`)
    const there = web.get(url) ?? 'unreachable'
    if (typeof there === 'string') throw new ClientDocumentError(there, 'why')
    if (there instanceof Error) throw there
    return there
  }
  const admission = createAdmission({ ...OPEN, ...settings })
  const parsed = <T>(
    parse: (url: string, document: Record<string, unknown>) => T,
  ): Documents<T> => ({
    read: async (url) => parse(url, await fetchFrom('read')(url)),
    readAgain: async (url) => parse(url, await fetchFrom('readAgain')(url)),
    async last(url) {
      const document = last.get(url)
      return document && parse(url, document)
    },
    keep: async (url) => void asked.push(`keep ${url}`),
    isWithdrawn: async (url) => withdrawn.has(url),
  })
  const clients = createClients({
    configured: new Map([['machine', configured]]),
    store,
    documents: parsed((url, document) => readClientDocument(url, document, admission)),
    keySets: parsed((_url, document) => readKeySet(document)),
    admission,
  })
  return { clock, store, web, last, withdrawn, asked, clients }
}

const record = (more: Partial<ClientRecord> = {}): ClientRecord => ({
  version: 1,
  client_id: REGISTERED,
  client_id_issued_at: 1,
  redirect_uris: ['https://a.example/cb'],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
  ...more,
})

t.test('a client is found by what its id is: a setting, a registration, a document', async (t) => {
  const { clients, store, web, last } = begin(t)
  await store.put('client', REGISTERED, record())
  web.set(ID, DOCUMENT)
  last.set(ID, DOCUMENT)
  for (const lookup of ['find', 'findKnown'] as const) {
    t.equal(await clients[lookup]('machine', HERE), configured)
    t.match(await clients[lookup](REGISTERED, HERE), {
      origin: 'registered',
      client_id: REGISTERED,
    })
    t.match(await clients[lookup](ID, HERE), { origin: 'document', client_id: ID })
  }
})

t.test('an id that is none is unknown without a read and without a fetch', async (t) => {
  const { clients, asked, store } = begin(t)
  t.intercept(store, 'get', { value: async () => t.fail('a read') })
  for (const id of [
    '',
    'x',
    '__proto__',
    'bsg_client_x',
    `${REGISTERED}b`,
    'http://a.example/c',
    'https://127.0.0.1/c',
    'https://localhost./c',
    'https://a.example.com/',
    'x'.repeat(9_999),
  ]) {
    t.equal(await clients.find(id, HERE), undefined, id.slice(0, 40))
    t.equal(await clients.findKnown(id), undefined)
  }
  t.same(asked, [])
})

t.test(
  'CIMD=off, CIMD_ALLOWED_HOSTS: what is not admitted is unknown, and not fetched',
  async (t) => {
    for (const settings of [{ CIMD: false }, { CIMD_ALLOWED_HOSTS: ['claude.ai'] }]) {
      const { clients, asked, web, last } = begin(t, settings)
      web.set(ID, DOCUMENT)
      last.set(ID, DOCUMENT)
      t.equal(await clients.find(ID, HERE), undefined)
      t.equal(await clients.findKnown(ID), undefined)
      t.same(asked, [])
    }
  },
)

t.test('ALLOWED_REDIRECT_HOSTS is asked of every client anew', async (t) => {
  const { clients, store, web, last } = begin(t, { ALLOWED_REDIRECT_HOSTS: ['b.example'] })
  const redirect_uris = ['https://a.example/cb', 'https://b.example/cb']
  await store.put('client', REGISTERED, record({ redirect_uris }))
  t.same((await clients.find(REGISTERED, HERE))?.redirect_uris, ['https://b.example/cb'])
  await store.put('client', REGISTERED, record())
  t.equal(await clients.find(REGISTERED, HERE), undefined)
  web.set(ID, DOCUMENT)
  last.set(ID, DOCUMENT)
  await t.rejects(clients.find(ID, HERE), { name: 'ClientDocumentError', reason: 'invalid' })
  t.equal(await clients.findKnown(ID), undefined)
})

t.test('find: a document that cannot be had or used is said to be so', async (t) => {
  const { clients, web, last } = begin(t)
  last.set(ID, DOCUMENT)
  for (const reason of ['refused', 'unreachable', 'gone', 'invalid'] as const) {
    web.set(ID, reason)
    await t.rejects(clients.find(ID, HERE), { name: 'ClientDocumentError', reason })
  }
  web.set(ID, { ...DOCUMENT, client_id: `${ID}x` })
  await t.rejects(clients.find(ID, HERE), { name: 'ClientDocumentError', reason: 'invalid' })
  web.set(ID, new StoreUnavailableError(new Error('down')))
  await t.rejects(clients.find(ID, HERE), StoreUnavailableError)
})

t.test(
  'C30: a copy stands in for a well-known document out of reach, never for one withdrawn',
  async (t) => {
    const { clients, web, withdrawn } = begin(t)
    t.match(await clients.find(CLAUDE, HERE), {
      client_name: 'Claude',
      token_endpoint_auth_method: 'none',
    })
    t.match(await clients.findKnown(CLAUDE), { client_name: 'Claude' })
    for (const reason of ['gone', 'refused', 'invalid'] as const) {
      web.set(CLAUDE, reason)
      await t.rejects(clients.find(CLAUDE, HERE), { name: 'ClientDocumentError', reason })
    }
    web.set(CLAUDE, 'gone')
    t.equal(await clients.findKnown(CLAUDE), undefined)
    withdrawn.add(CLAUDE)
    web.set(CLAUDE, 'unreachable')
    await t.rejects(
      clients.find(CLAUDE, HERE),
      { name: 'ClientDocumentError', reason: 'unreachable' },
      'once withdrawn, a bot filter does not bring it back',
    )
    t.equal(await clients.findKnown(CLAUDE), undefined)
    web.set(CLAUDE, { ...claude.document, client_name: 'Claude of today' })
    t.match(await clients.find(CLAUDE, HERE), { client_name: 'Claude of today' })
  },
)

t.test('findKnown: who was never here leads to no fetch', async (t) => {
  const { clients, web, asked } = begin(t)
  web.set(ID, DOCUMENT)
  t.equal(await clients.findKnown(ID), undefined)
  t.same(asked, [])
})

t.test(
  'findKnown: whatever passes at its host, it counts as it was; withdrawn it is unknown',
  async (t) => {
    const { clients, web, last } = begin(t)
    last.set(ID, { ...DOCUMENT, client_name: 'as it was' })
    t.match(await clients.findKnown(ID), { client_name: 'as it was' })
    for (const reason of ['unreachable', 'refused', 'invalid'] as const) {
      web.set(ID, reason)
      t.match(await clients.findKnown(ID), { client_name: 'as it was' }, reason)
    }
    web.set(ID, 'gone')
    t.equal(await clients.findKnown(ID), undefined)
    web.set(ID, new StoreUnavailableError(new Error('down')))
    await t.rejects(clients.findKnown(ID), StoreUnavailableError, 'ours is a 503')
  },
)

t.test(
  'findKnown: what was fetched once is newer than a copy of ours, and is not made public by it',
  async (t) => {
    const { clients, last } = begin(t)
    const jwks = { keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'AAAA' }] }
    last.set(CLAUDE, { ...claude.document, token_endpoint_auth_method: 'private_key_jwt', jwks })
    t.match(await clients.findKnown(CLAUDE), { token_endpoint_auth_method: 'private_key_jwt' })
  },
)

t.test('C25: a client that is used lives on', async (t) => {
  const { clients, store, asked, clock } = begin(t)
  await store.put('client', REGISTERED, record(), HOUR)
  const registered = await clients.find(REGISTERED, HERE)
  t.ok(registered && (await clients.keep(registered)))
  clock.now += 24 * HOUR
  t.ok(await clients.find(REGISTERED, HERE))
  await store.drop('client', REGISTERED)
  t.equal(registered && (await clients.keep(registered)), false, 'deleted meanwhile')
  t.equal(await clients.keep(configured), true)
  t.equal(await clients.keep({ ...configured, client_id: ID, origin: 'document' }), true)
  t.same(asked, [`keep ${ID}`])
  const jwks_uri = 'https://app.example.com/jwks.json'
  t.equal(await clients.keep({ ...configured, jwks_uri }), true)
  t.same(asked, [`keep ${ID}`, `keep ${jwks_uri}`], 'its keys live as long as it does')
})

t.test('C29: keys are inline or at jwks_uri, and those that cannot be had are none', async (t) => {
  const { clients, web, asked } = begin(t)
  const key = { kty: 'OKP', crv: 'Ed25519', x: 'AAAA' }
  const signs = (more: Partial<Client>): Client => ({
    ...configured,
    client_id: ID,
    origin: 'document',
    token_endpoint_auth_method: 'private_key_jwt',
    ...more,
  })
  t.same(await clients.keysOf(signs({ jwks: { keys: [key] } }), true, HERE), { keys: [key] })
  t.same(asked, [], 'inline keys are not fetched')
  const jwks_uri = String(chatgpt.document.jwks_uri)
  web.set(jwks_uri, { keys: [key, { kty: 'oct', k: 'x' }] })
  t.same(await clients.keysOf(signs({ jwks_uri }), false, HERE), { keys: [key] })
  t.same(await clients.keysOf(signs({ jwks_uri }), true, HERE), { keys: [key] })
  t.same(asked, [`read ${jwks_uri}`, `readAgain ${jwks_uri}`])
  for (const at of [{}, { keys: [] }, { keys: [{ kty: 'oct', k: 'x' }] }, { keys: key }]) {
    web.set(jwks_uri, at)
    const fault = { name: 'ClientDocumentError', reason: 'invalid' }
    await t.rejects(clients.keysOf(signs({ jwks_uri }), false, HERE), fault)
  }
  for (const reason of ['unreachable', 'gone', 'refused', 'invalid'] as const) {
    web.set(jwks_uri, reason)
    const fault = { name: 'ClientDocumentError', reason }
    await t.rejects(clients.keysOf(signs({ jwks_uri }), false, HERE), fault)
  }
  asked.length = 0
  for (const jwks_uri of [
    'http://app.example.com/jwks',
    'https://127.0.0.1/jwks',
    'file:///etc/x',
  ]) {
    const fault = { name: 'ClientDocumentError', reason: 'refused' }
    await t.rejects(clients.keysOf(signs({ jwks_uri }), false, HERE), fault, jwks_uri)
  }
  await t.rejects(clients.keysOf(signs({}), false, HERE), {
    name: 'ClientDocumentError',
    reason: 'invalid',
  })
  t.same(asked, [])
})
