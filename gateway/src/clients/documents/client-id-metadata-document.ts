/**
 * A client whose id is the URL of its metadata (draft-ietf-oauth-client-id-metadata-document §3, §4; MCP 2026-07-28): what is
 * checked beyond what every client's metadata is.
 */
import { OAuthError } from '../../oauth/error.ts'
import type { Admission } from '../admission.ts'
import { type Client, ClientDocumentError } from '../client.ts'
import { readClientMetadata } from '../client-metadata.ts'

const SHARED_SECRET = /^client_secret_/

/** @throws ClientDocumentError `invalid` */
export function readClientDocument(
  url: string,
  document: Record<string, unknown>,
  admission: Admission,
): Client {
  // §4.1: simple string comparison.
  if (document.client_id !== url) throw invalid('client_id is not the URL of the document')
  // §4.1: nobody could share a secret with everybody who reads it.
  if ('client_secret' in document || 'client_secret_expires_at' in document) {
    throw invalid('the document holds a secret')
  }
  const token_endpoint_auth_method = strongestMethod(document)
  try {
    const metadata = readClientMetadata({ ...document, token_endpoint_auth_method }, admission)
    return { ...metadata, client_id: url, origin: 'document' }
  } catch (error) {
    if (error instanceof OAuthError) throw invalid(error.description, error)
    throw error
  }
}

/**
 * The one way in which it must authenticate. ChatGPT lists several (C29); a server that took the weaker of two would let
 * anybody in who names the id.
 */
function strongestMethod(document: Record<string, unknown>): 'none' | 'private_key_jwt' {
  const { token_endpoint_auth_method: single, token_endpoint_auth_methods_supported: list } =
    document
  const listed: unknown = list || []
  const named = [single ?? '', ...(Array.isArray(listed) ? listed : [undefined])].filter(
    (method) => method !== '',
  )
  // What cannot be understood might have been the stronger one.
  if (named.some((method) => typeof method !== 'string')) {
    throw invalid('the document does not say its authentication methods in words')
  }
  if (named.some((method) => SHARED_SECRET.test(method))) {
    throw invalid('the document asks for a shared secret')
  }
  if (named.includes('private_key_jwt')) return 'private_key_jwt'
  // C17: without a word it is a public client.
  if (named.length === 0 || named.includes('none')) return 'none'
  throw invalid('the document names no authentication method that is supported')
}

function invalid(detail: string, cause?: unknown): ClientDocumentError {
  return new ClientDocumentError('invalid', detail, cause === undefined ? {} : { cause })
}
