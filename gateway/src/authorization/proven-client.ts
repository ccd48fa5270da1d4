/** The client of GET /authorize: known, or nothing is redirected (RFC 6749 §4.1.2.1). */
import { type Client, ClientDocumentError } from '../clients/client.ts'
import type { Clients } from '../clients/clients.ts'
import { PageError } from '../pages/page-error.ts'

/**
 * @param from the address that asks
 * @throws PageError, also for a document that cannot be had: whoever named it has to mend it, not we
 */
export async function provenClient(
  parameters: URLSearchParams,
  clients: Clients,
  from: string,
): Promise<Client> {
  const [client_id, ...more] = parameters.getAll('client_id')
  if (!client_id || more.length > 0) {
    throw new PageError('invalid_request', 400, 'client_id is missing or repeated')
  }
  const client = await clients.find(client_id, from).catch((error: unknown) => {
    if (!(error instanceof ClientDocumentError)) throw error
    throw new PageError('client_document', 400, `${error.reason}: ${error.message}`, {
      cause: error,
    })
  })
  if (!client && /^https?:\/\//.test(client_id)) {
    throw new PageError('client_document', 400, 'the URL is not admitted as a client id')
  }
  // A machine has nobody to send here (RFC 6749 §4.4).
  if (!client || client.response_types.length === 0) {
    throw new PageError('unknown_client', 400, 'no such client')
  }
  return client
}
