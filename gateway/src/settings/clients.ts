/** Which clients are known: by registration, by their documents, by hand. */
import { readConfiguredClients } from '../clients/configured-clients.ts'
import { isOn, jsonList, list, onOff, wholeNumber } from './forms.ts'

export const clientSettings = {
  DCR: onOff()
    .default('on')
    .transform(isOn)
    .describe(
      'Dynamic client registration (RFC 7591); off: only clients that are known otherwise.',
    ),
  DCR_SHARED_CLIENTS: onOff()
    .default('on')
    .transform(isOn)
    .describe(
      'The same metadata of a public client gives the same client id, which nobody can change then. off: an id of its own for each, with RFC 7592 management.',
    ),
  DCR_PER_ADDRESS: wholeNumber(1, 1_000_000)
    .default(100)
    .describe(
      'New registrations an hour from one address (IPv6: one /64); the same metadata again is none.',
    ),
  DCR_PER_HOUR: wholeNumber(1, 1_000_000)
    .default(1000)
    .describe(
      'New registrations an hour in all; each of DCR_SHARED_NETWORKS has as many to itself.',
    ),
  DCR_SHARED_NETWORKS: list()
    .transform((networks) => networks.filter((network) => network !== 'none'))
    .default(['160.79.104.0/21'])
    .describe(
      'Networks behind which many people share few addresses, as hosted Claude’s: not limited by address; comma-separated CIDR ranges, or none.',
    ),
  CIMD: onOff()
    .default('on')
    .transform(isOn)
    .describe(
      'Client ids that are the https URL of the client’s metadata (Client ID Metadata Documents).',
    ),
  CIMD_ALLOWED_HOSTS: list()
    .default([])
    .describe(
      'Hosts whose documents are admitted, exact or *.example.com; comma-separated. Empty: any public host.',
    ),
  CIMD_DEVELOPMENT_ORIGINS: list()
    .default([])
    .describe(
      'Exact origins whose documents are admitted with http and on any port, e.g. http://localhost:7591, without a slash at the end. Only while PUBLIC_URL is loopback.',
    ),
  ALLOWED_REDIRECT_HOSTS: list()
    .default([])
    .describe(
      'Hosts to which clients may send people back, exact or *.example.com; loopback stands for this machine. Empty: any. Clients of CLIENTS are not asked.',
    ),
  CLIENTS: jsonList(readConfiguredClients).describe(
    'Clients registered by hand: a JSON array (docs/clients-by-hand.md).',
  ),
}
