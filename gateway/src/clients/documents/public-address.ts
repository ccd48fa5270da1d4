/**
 * Addresses that are on the public Internet, for requests whose target a stranger chose (SSRF; MCP security best practices).
 * What the IANA special-purpose registries (RFC 6890) name is not, nor what a cloud answers its own machines on.
 */
import { BlockList, isIP } from 'node:net'

const NOT_PUBLIC_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  // Azure's own services on each of its machines: a public address that is not.
  '168.63.129.16/32',
]
// Within 2000::/3: protocol assignments with Teredo and ORCHID, documentation, 6to4, AS112, more documentation.
const NOT_PUBLIC_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20']

const notPublic = new BlockList()
for (const range of NOT_PUBLIC_V4) add(notPublic, range, 'ipv4')
for (const range of NOT_PUBLIC_V6) add(notPublic, range, 'ipv6')
// Everything else of IPv6 is not given out: unique-local, link-local, IPv4-mapped, NAT64 and what else carries an IPv4 address.
const globalUnicast = new BlockList()
add(globalUnicast, '2000::/3', 'ipv6')

/** @param address as a resolver gives it, without a zone */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address)
  if (version === 4) return !notPublic.check(address, 'ipv4')
  if (version !== 6 || address.includes('%')) return false
  return globalUnicast.check(address, 'ipv6') && !notPublic.check(address, 'ipv6')
}

function add(list: BlockList, range: string, family: 'ipv4' | 'ipv6'): void {
  const [network = '', bits] = range.split('/')
  list.addSubnet(network, Number(bits), family)
}
