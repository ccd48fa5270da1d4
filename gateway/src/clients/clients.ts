/** client_id → client, whatever its origin: the operator's settings, a registration, or the document that its id names. */
import type { Store } from '../store/store.ts'
import type { Admission } from './admission.ts'
import { type Client, ClientDocumentError } from './client.ts'
import type { KeySet } from './client-keys.ts'
import { readClientDocument } from './documents/client-id-metadata-document.ts'
import type { Documents } from './documents/documents.ts'
import { knownDocument } from './known-documents/known-documents.ts'

export interface Clients {
  /**
   * A document that is too old is fetched.
   * @param from the address that asks
   * @throws ClientDocumentError, StoreUnavailableError
   */
  find(clientId: string, from: string): Promise<Client | undefined>
  /**
   * One that was found here before: an id that was never at /authorize leads to no fetch, and a document counts as it was
   * unless its owner withdrew it: what passes at its host logs nobody out. @throws StoreUnavailableError
   */
  findKnown(clientId: string): Promise<Client | undefined>
  /** It is used, so it lives on (C25); false where it was deleted meanwhile. @throws StoreUnavailableError */
  keep(client: Client): Promise<boolean>
  /**
   * Public keys; `again` where those known do not hold the one that signed.
   * @param from the address that asks
   * @throws ClientDocumentError
   */
  keysOf(client: Client, again: boolean, from: string): Promise<NonNullable<Client['jwks']>>
}

/** Random (one registrant) or derived from the metadata (shared): what we never gave is not worth a read. */
const REGISTERED_ID = /^bsg_client_(?:[A-Za-z0-9_-]{22}|[A-Za-z0-9_-]{43})$/

export function createClients(parts: {
  configured: ReadonlyMap<string, Client>
  store: Store
  documents: Documents<Client>
  keySets: Documents<KeySet>
  admission: Admission
}): Clients {
  const { configured, store, documents, keySets, admission } = parts

  async function registered(clientId: string): Promise<Client | undefined> {
    const record = await store.get('client', clientId)
    if (!record) return undefined
    const redirect_uris = admission.admittedRedirectUris(record.redirect_uris)
    return redirect_uris.length === 0
      ? undefined
      : { ...record, redirect_uris, origin: 'registered' }
  }

  async function documented(url: string, from: string): Promise<Client> {
    try {
      return await documents.read(url, from)
    } catch (error) {
      // C30: its host would not let us see it, or we cannot get out; it is well known.
      const isPassing = error instanceof ClientDocumentError && error.reason === 'unreachable'
      const known = isPassing ? await copyOf(url) : undefined
      if (known) return known
      throw error
    }
  }

  async function copyOf(url: string): Promise<Client | undefined> {
    const known = knownDocument(url)
    if (!known || (await documents.isWithdrawn(url))) return undefined
    return readClientDocument(url, known, admission)
  }

  return {
    async find(clientId, from) {
      const own = configured.get(clientId)
      if (own) return own
      if (REGISTERED_ID.test(clientId)) return registered(clientId)
      return admission.admitsDocument(clientId) ? documented(clientId, from) : undefined
    },

    async findKnown(clientId) {
      const own = configured.get(clientId)
      if (own) return own
      if (REGISTERED_ID.test(clientId)) return registered(clientId)
      if (!admission.admitsDocument(clientId)) return undefined
      try {
        // Not a copy of ours before what was fetched: that may be older, and ask for less.
        const last = (await documents.last(clientId)) ?? (await copyOf(clientId))
        if (!last) return undefined
        return await documents.read(clientId).catch((error: unknown) => {
          if (error instanceof ClientDocumentError && error.reason !== 'gone') return last
          throw error
        })
      } catch (error) {
        if (error instanceof ClientDocumentError) return undefined
        throw error
      }
    },

    async keep(client) {
      if (client.origin === 'document') await documents.keep(client.client_id)
      // So that fetching them anew is not counted among what strangers ask for.
      if (client.jwks_uri !== undefined) await keySets.keep(client.jwks_uri)
      return client.origin === 'registered' ? store.extend('client', client.client_id) : true
    },

    async keysOf(client, again, from) {
      if (client.jwks) return client.jwks
      const { jwks_uri } = client
      if (jwks_uri === undefined) throw new ClientDocumentError('invalid', 'the client has no keys')
      if (!admission.isDocumentUrl(jwks_uri)) {
        throw new ClientDocumentError('refused', 'the jwks_uri is not a public https URL')
      }
      return again ? keySets.readAgain(jwks_uri, from) : keySets.read(jwks_uri, from)
    },
  }
}
