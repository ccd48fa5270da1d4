/** The part as the floor plan takes it: whom the operator admits, who a client is, and whether it proves that. */
import type { PublicUrls } from '../oauth/issuer.ts'
import type { Store } from '../store/store.ts'
import { type Admission, type AdmissionSettings, createAdmission } from './admission.ts'
import type { Client } from './client.ts'
import { type AuthenticateClient, createAuthenticateClient } from './client-authentication.ts'
import { readKeySet } from './client-keys.ts'
import { type Clients, createClients } from './clients.ts'
import { readClientDocument } from './documents/client-id-metadata-document.ts'
import { createDocuments } from './documents/documents.ts'
import { createGuardedFetch, type GuardedFetch } from './documents/guarded-fetch.ts'

export interface OpenClients {
  admission: Admission
  clients: Clients
  authenticateClient: AuthenticateClient
}

/** @param parts `fetchDocument`: in place of the network */
export function openClients(parts: {
  config: AdmissionSettings & { CLIENTS: ReadonlyMap<string, Client> }
  store: Store
  urls: PublicUrls
  now: () => number
  fetchDocument?: GuardedFetch | undefined
}): OpenClients {
  const { config, store, urls, now } = parts
  const admission = createAdmission(config)
  const fetch =
    parts.fetchDocument ??
    createGuardedFetch({ developmentOrigins: config.CIMD_DEVELOPMENT_ORIGINS })
  const clients = createClients({
    configured: config.CLIENTS,
    store,
    documents: createDocuments({
      store,
      fetch,
      now,
      purpose: 'metadata',
      parse: (url, document) => readClientDocument(url, document, admission),
    }),
    keySets: createDocuments({
      store,
      fetch,
      now,
      purpose: 'keys',
      parse: (_url, document) => readKeySet(document),
    }),
    admission,
  })
  const authenticateClient = createAuthenticateClient({ clients, store, urls, now })
  return { admission, clients, authenticateClient }
}
