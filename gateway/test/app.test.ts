import t from 'tap'
import { CLAUDE, openDoor } from './support/door.ts'

t.test(
  'RFC 9700 §4.13: forwarded headers count only where TRUSTED_PROXIES sent them',
  async (t) => {
    for (const [TRUSTED_PROXIES, address] of [
      ['', '127.0.0.1'],
      ['10.0.0.1', '127.0.0.1'],
      ['127.0.0.1', '203.0.113.7'],
    ] as const) {
      const door = await openDoor(t, { TRUSTED_PROXIES })
      await door.app.inject({
        method: 'POST',
        url: '/register',
        remoteAddress: '127.0.0.1',
        headers: { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-host': 'evil.example' },
        payload: { redirect_uris: [CLAUDE] },
      })
      const registered = door.logs.find((line) => line.includes('client_registered')) ?? '{}'
      t.equal(JSON.parse(registered).address, address, `trusting “${TRUSTED_PROXIES}”`)
      const { body } = await door.app.inject({
        url: '/.well-known/oauth-authorization-server',
        headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example' },
      })
      t.notMatch(body, 'evil', 'and no published URL is built from a header')
    }
  },
)
