import t from 'tap'
import { isPublicAddress } from '../../../src/clients/documents/public-address.ts'

t.test('addresses of the public Internet', async (t) => {
  for (const address of [
    '1.1.1.1',
    '8.8.8.8',
    '93.184.216.34',
    '160.79.104.10',
    '172.15.255.255',
    '172.32.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '169.253.255.255',
    '169.255.0.0',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
    '2606:4700::6810:84e5',
    '2a00:1450:4001:80e::200e',
    '2001:200::1',
    '2620:4f:8001::1',
    '3ffe::1',
  ]) {
    t.equal(isPublicAddress(address), true, address)
  }
})

const REFUSED: [string, string[]][] = [
  [
    'RFC 1122 §3.2.1.3, this network and loopback',
    ['0.0.0.0', '0.1.2.3', '127.0.0.1', '127.255.255.255'],
  ],
  [
    'RFC 1918, private',
    [
      '10.0.0.1',
      '10.255.255.255',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.0.1',
      '192.168.255.255',
    ],
  ],
  ['RFC 6598, shared by a carrier', ['100.64.0.1', '100.100.100.200', '100.127.255.255']],
  [
    'RFC 3927, link-local, and the metadata of clouds',
    ['169.254.0.1', '169.254.169.254', '169.254.170.2', '168.63.129.16', '192.0.0.192'],
  ],
  [
    'RFC 6890 and relatives: protocol, documentation, benchmarks, AS112, relays',
    [
      '192.0.0.1',
      '192.0.2.1',
      '192.31.196.1',
      '192.52.193.1',
      '192.88.99.1',
      '192.175.48.1',
      '198.18.0.1',
      '198.19.255.255',
      '198.51.100.1',
      '203.0.113.1',
    ],
  ],
  [
    'RFC 5771, RFC 1112: multicast, reserved, broadcast',
    ['224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255'],
  ],
  ['RFC 4291 §2.5: unspecified, loopback', ['::', '::1', '0:0:0:0:0:0:0:1']],
  [
    'RFC 4291 §2.5.5: IPv4-compatible and IPv4-mapped, a public one too',
    [
      '::127.0.0.1',
      '::ffff:127.0.0.1',
      '::ffff:7f00:1',
      '::ffff:10.0.0.1',
      '::ffff:169.254.169.254',
      '::ffff:8.8.8.8',
      '::ffff:0:8.8.8.8',
    ],
  ],
  [
    'RFC 6052, RFC 8215: NAT64, a public one too',
    ['64:ff9b::127.0.0.1', '64:ff9b::a9fe:a9fe', '64:ff9b::8.8.8.8', '64:ff9b:1::1'],
  ],
  [
    'RFC 3056, RFC 4380: 6to4 and Teredo',
    ['2002:7f00:1::', '2002:a9fe:a9fe::1', '2002:0808:0808::1', '2001::1', '2001:0:4136:e378::'],
  ],
  [
    'RFC 4291 §2.5.6, RFC 4193, RFC 3879: link-local, unique-local, site-local',
    [
      'fe80::1',
      'febf::1',
      'fe80::1%eth0',
      'fc00::1',
      'fd00:ec2::254',
      'fd12:3456:789a::1',
      'fec0::1',
    ],
  ],
  [
    'RFC 4291 §2.7, RFC 6666, RFC 3849, RFC 9637, RFC 7343, RFC 7535',
    [
      'ff02::1',
      '100::1',
      '2001:db8::1',
      '3fff::1',
      '2001:20::1',
      '2620:4f:8000::1',
      '4000::1',
      '5f00::1',
    ],
  ],
]

for (const [title, addresses] of REFUSED) {
  t.test(`${title}: refused`, async (t) => {
    for (const address of addresses) t.equal(isPublicAddress(address), false, address)
  })
}

t.test('what is no address in the one spelling of a resolver is refused', async (t) => {
  for (const address of [
    '',
    'localhost',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '127.1',
    '8.8.8.8.',
    '8.8.8.08',
    ' 8.8.8.8',
    '8.8.8.8\0',
    '[2606:4700::1]',
    '2606:4700::1%eth0',
    '8.8.8.8/32',
  ]) {
    t.equal(isPublicAddress(address), false, JSON.stringify(address))
  }
})
