/** Where a request comes from, as limits count it: one address, one IPv6 network of a customer, or a network that is named. */
import { BlockList, isIP } from 'node:net'

/** True for `address/bits`, IPv4 or IPv6. */
export function isNetwork(value: string): boolean {
  const [address = '', bits = '', ...more] = value.split('/')
  const version = isIP(address)
  if (version === 0 || more.length > 0 || !/^\d{1,3}$/.test(bits)) return false
  return Number(bits) <= (version === 4 ? 32 : 128)
}

/** One of TRUSTED_PROXIES, as Fastify takes it. Everybody (`/0`) is no proxy. */
export function isProxy(value: string): boolean {
  if (PROXY_NAMES.has(value) || isIP(value) !== 0) return true
  return isNetwork(value) && !/\/0+$/.test(value)
}

const PROXY_NAMES = new Set(['loopback', 'linklocal', 'uniquelocal'])

/** The one of these networks in which an address is. @param networks as isNetwork has them */
export function createNetworkOf(
  networks: readonly string[],
): (address: string) => string | undefined {
  const lists = networks.map((network) => {
    const [address = '', bits] = network.split('/')
    const list = new BlockList()
    list.addSubnet(address, Number(bits), familyOf(address))
    return { network, list }
  })
  return (written) => {
    const address = plain(written)
    if (isIP(address) === 0) return undefined
    return lists.find(({ list }) => list.check(address, familyOf(address)))?.network
  }
}

/**
 * An IPv4 address, or the /64 of an IPv6 one: whoever has one address of it has them all. Of whole sites it is the /48, since
 * one customer may have all /64s of it (RFC 6177 §2). What is no address is one owner: a proxy may say `unknown`.
 */
export function ownerOf(written: string, bits: 48 | 64 = 64): string {
  const address = plain(written)
  if (isIP(address) !== 6) return isIP(address) === 4 ? address : 'unknown'
  const [head = '', tail] = address.toLowerCase().replace(/%.*$/, '').split('::')
  const front = head === '' ? [] : head.split(':')
  const back = tail === undefined || tail === '' ? [] : tail.split(':')
  const gap = tail === undefined ? [] : Array(Math.max(0, 8 - front.length - back.length)).fill('0')
  const groups = [...front, ...gap, ...back].slice(0, bits / 16)
  return `${groups.map((group) => group.replace(/^0+(?=.)/, '')).join(':')}::/${bits}`
}

/** Without the port that some proxies add, and that differs with each connection (RFC 7239 §6). */
function plain(written: string): string {
  const [, bracketed] = /^\[([^\]]*)\](?::\d+)?$/.exec(written) ?? []
  const address = bracketed ?? written.replace(/^([\d.]+):\d+$/, '$1')
  // RFC 4291 §2.5.5.2: how a dual-stack socket writes an IPv4 peer.
  return address.replace(/^::ffff:(?=\d+\.)/i, '')
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4'
}
