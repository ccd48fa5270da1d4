/** npm run test:house: real Keycloak, real Redis, two of each service; Keycloak is started once. */
import t from 'tap'
import { installed } from '../clients/installed/installed.ts'
import { matrix } from '../clients/matrix/matrix.ts'
import { attacks } from './attacks.ts'
import { brokeredLogin } from './brokered-login.ts'
import { clientDocuments } from './client-documents.ts'
import { companyLeaver } from './company-leaver.ts'
import { companyManaged } from './company-managed.ts'
import { disabledPerson } from './disabled-person.ts'
import { endedSession } from './ended-session.ts'
import { startHouse } from './house.ts'
import { loginDemands } from './login-demands.ts'
import { outage } from './outage.ts'
import { ownPage } from './own-page.ts'
import { people } from './people.ts'
import { provider } from './provider.ts'
import { races } from './races.ts'
import { removedRole } from './removed-role.ts'
import { revocation } from './revocation.ts'
import { roads } from './roads.ts'
import { strangers } from './strangers.ts'

const house = await startHouse(t)

t.test('the whole road', (t) => roads(t, house))
t.test('clients with documents', (t) => clientDocuments(t, house))
t.test('people', (t) => people(t, house))
t.test('strangers', (t) => strangers(t, house))
t.test('attacks', (t) => attacks(t, house))
t.test('races', (t) => races(t, house))
t.test('the real clients', (t) =>
  matrix(
    t,
    { origin: house.origin, mcpUrl: house.mcpUrl.href, documents: house.documents.origin },
    house.documents,
  ),
)
t.test('the installed clients', (t) => installed(t, house))
t.test('what a client may ask of the login', (t) => loginDemands(t, house))
t.test('a company’s login, brokered', (t) => brokeredLogin(t, house))
t.test('somebody who leaves the company', (t) => companyLeaver(t, house))
t.test('access that a company manages', (t) => companyManaged(t, house))
t.test('revocation', (t) => revocation(t, house))
t.test('a session that an administrator ends', (t) => endedSession(t, house))
t.test('a person who is disabled', (t) => disabledPerson(t, house))
t.test('a role that is taken away', (t) => removedRole(t, house))
t.test('the person’s own page', (t) => ownPage(t, house))
t.test('an outage', (t) => outage(t, house))
t.test('the provider', (t) => provider(t, house))

t.test('no affinity: every grant was served by both gateways, and by both mcps', async (t) => {
  const served = new Map<string, Set<number>>()
  for (const { grant, backend } of house.outward.log) {
    if (grant === undefined) continue
    served.set(grant, (served.get(grant) ?? new Set()).add(backend))
  }
  t.ok(served.size > 20, `${served.size} grants`)
  const lonely = [...served].filter(([, backends]) => backends.size < 2).map(([grant]) => grant)
  t.same(lonely, [])
  t.same(new Set(house.inward.log.map(({ backend }) => backend)), new Set([0, 1]))
})

t.test('no token, code or secret is in any log', async (t) => {
  t.ok(house.services.length > 4, 'two of each, and the newcomer')
  const lines = house.services.flatMap(({ log }) => log)
  t.ok(lines.length > 100)
  const leaks = lines.filter(
    (line) => /bsg_(ac|at|rt|cs)_|eyJ[\w-]+\.eyJ/.test(line) || line.includes(house.clientSecret),
  )
  t.same(leaks, [])
})
