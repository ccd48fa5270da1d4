/** A name server for a network of the test's own (RFC 1035 §4): A and AAAA by a function, everything else is empty. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'

export type Question = { name: string; type: 'A' | 'AAAA' }
/** Addresses, or nothing at all where the server is to be silent. */
export type Answers = (question: Question) => readonly string[] | undefined

const TYPES = new Map([
  [1, 'A'],
  [28, 'AAAA'],
] as const)

/** On 127.0.0.1:53. Answers must not be kept (TTL 0). */
export async function startDnsServer(answers: Answers) {
  const socket = createSocket('udp4')
  socket.on('message', (query, from) => {
    const end = query.indexOf(0, 12)
    const question = query.subarray(12, end + 5)
    const type = TYPES.get(query.readUInt16BE(end + 1) as 1 | 28)
    const addresses = type === undefined ? [] : answers({ name: nameIn(query), type })
    if (addresses === undefined) return
    const records = addresses.map((address) => {
      const data = address.includes(':')
        ? bytes6(address)
        : Buffer.from(address.split('.').map(Number))
      // A pointer to the question's name, type, class IN, TTL 0.
      const head = Buffer.from([
        0xc0,
        12,
        0,
        data.length === 4 ? 1 : 28,
        0,
        1,
        0,
        0,
        0,
        0,
        0,
        data.length,
      ])
      return Buffer.concat([head, data])
    })
    const header = Buffer.from([0, 0, 0x81, 0x80, 0, 1, 0, records.length, 0, 0, 0, 0])
    query.copy(header, 0, 0, 2)
    socket.send(Buffer.concat([header, question, ...records]), from.port, from.address)
  })
  socket.bind(53, '127.0.0.1')
  await once(socket, 'listening')
  return { close: () => socket.close() }
}

function nameIn(query: Buffer): string {
  const labels: string[] = []
  for (let at = 12; query[at]; at += (query[at] ?? 0) + 1) {
    labels.push(query.toString('latin1', at + 1, at + 1 + (query[at] ?? 0)))
  }
  // Resolvers may vary the case (draft-vixie-dnsext-dns0x20).
  return labels.join('.').toLowerCase()
}

function bytes6(address: string): Buffer {
  const [head = '', tail] = address.split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':'))
  const before = groups(head)
  const after = groups(tail ?? '')
  const between = Array<string>(8 - before.length - after.length).fill('0')
  const all = [...before, ...between, ...after]
  return Buffer.from(all.map((group) => group.padStart(4, '0')).join(''), 'hex')
}
