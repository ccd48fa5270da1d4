import t from 'tap'
import { createNetworkOf, isNetwork, ownerOf } from '../../src/http/client-network.ts'

t.test('a network is an address and its bits', async (t) => {
  for (const good of ['160.79.104.0/21', '10.0.0.1/32', '0.0.0.0/0', '2001:db8::/32', '::/0']) {
    t.ok(isNetwork(good), good)
  }
  for (const bad of [
    '160.79.104.0',
    'x/8',
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0/8/8',
    '10.0.0/8',
    '/8',
    '10.0.0.0/',
  ]) {
    t.notOk(isNetwork(bad), bad)
  }
})

t.test('C24: the network that an address is in, however a socket writes it', async (t) => {
  const networkOf = createNetworkOf(['160.79.104.0/21', '2607:6bc0::/48'])
  t.equal(networkOf('160.79.104.1'), '160.79.104.0/21')
  t.equal(networkOf('160.79.111.255'), '160.79.104.0/21')
  t.equal(networkOf('::ffff:160.79.106.4'), '160.79.104.0/21')
  t.equal(networkOf('2607:6bc0::10'), '2607:6bc0::/48')
  t.equal(networkOf('160.79.112.0'), undefined)
  t.equal(networkOf('not an address'), undefined)
})

t.test('RFC 6177 §2: whoever has one address of a /64 has them all', async (t) => {
  const same = [
    '2001:db8:0:7::1',
    '2001:db8:0:7:ffff:ffff:ffff:ffff',
    '2001:0DB8:0000:0007::',
    '2001:db8:0:7::1%eth0',
  ]
  for (const address of same) t.equal(ownerOf(address), '2001:db8:0:7::/64', address)
  for (const address of same) t.equal(ownerOf(address, 48), '2001:db8:0::/48', 'and its site')
  t.equal(ownerOf('192.0.2.7', 48), '192.0.2.7')
  t.equal(ownerOf('::1'), '0:0:0:0::/64')
  t.equal(ownerOf('2001:db8::7'), '2001:db8:0:0::/64')
  t.equal(ownerOf('192.0.2.7'), '192.0.2.7')
  t.equal(ownerOf('::ffff:192.0.2.7'), '192.0.2.7')
})

t.test(
  'attack: a port that a proxy writes beside the address makes nobody another owner',
  async (t) => {
    for (const written of ['192.0.2.7:1', '192.0.2.7:65535', '[::ffff:192.0.2.7]:1']) {
      t.equal(ownerOf(written), '192.0.2.7', written)
    }
    for (const written of ['[2001:db8::1]', '[2001:db8::2]:1']) {
      t.equal(ownerOf(written), '2001:db8:0:0::/64', written)
    }
    for (const written of ['unknown', '_hidden', '', '[]', '[x]:1', '1.2.3:4']) {
      t.equal(ownerOf(written), 'unknown', written)
    }
    t.equal(createNetworkOf(['160.79.104.0/21'])('160.79.104.1:443'), '160.79.104.0/21')
  },
)
