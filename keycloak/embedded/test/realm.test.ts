import t from 'tap'
import { claimsOf, readRealm } from '../src/realm.ts'

const file = new URL('../../realm/battle-school-realm.json', import.meta.url)
const values = {
  MCP_GATEWAY_CLIENT_SECRET: 'secret',
  GATEWAY_PUBLIC_URL: 'http://localhost:3000',
  GATEWAY_INTERNAL_URL: 'http://127.0.0.1:3000',
}

t.test('placeholders are replaced as Keycloak replaces them', async (t) => {
  const { clients, users } = readRealm(file, values)
  t.match(clients[0], {
    clientId: 'mcp-gateway',
    secret: 'secret',
    redirectUris: ['http://localhost:3000/callback'],
  })
  t.equal(users[0]?.credentials[0]?.value, 'battle-school', 'the default after the colon')
  const other = readRealm(file, { ...values, BATTLE_SCHOOL_DEMO_PASSWORD: 'other' })
  t.equal(other.users[0]?.credentials[0]?.value, 'other')
  const open = readRealm(file, {})
  t.match(open.clients[0]?.secret, /^\$\{MCP_GATEWAY_CLIENT_SECRET\}$/, 'unset stays as it is')
})

t.test('the demo people of the contract, with fixed ids', async (t) => {
  const realm = readRealm(file, values)
  const people = realm.users.map((user) => {
    const { sub, student_id, realm_access } = claimsOf(realm, user) as {
      sub: string
      student_id?: string
      realm_access: { roles: string[] }
    }
    return [user.username, student_id, realm_access.roles, sub]
  })
  t.same(people, [
    ['ender', 'BS-2401', ['student'], 'b5a00000-0000-4000-8000-000000002401'],
    ['bean', 'BS-2507', ['student'], 'b5a00000-0000-4000-8000-000000002507'],
    ['bonzo', 'BS-2198', ['student'], 'b5a00000-0000-4000-8000-000000002198'],
    ['dink', 'BS-2389', ['student'], 'b5a00000-0000-4000-8000-000000002389'],
    ['graff', undefined, ['instructor'], 'b5a00000-0000-4000-8000-000000000001'],
    ['valentine', undefined, [], 'b5a00000-0000-4000-8000-000000000002'],
  ])
})
