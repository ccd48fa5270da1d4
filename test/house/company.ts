/** The company behind Keycloak: a second realm, whose login the realm of the house brokers (test/support/company-realm.json). */
import type { Keycloak } from '../support/keycloak.ts'
import type { Person } from '../support/person.ts'
import type { House } from './house.ts'

/** For a gateway whose people never see Keycloak. */
export const STRAIGHT_TO_COMPANY = { OIDC_AUTHORIZATION_PARAMETERS: 'kc_idp_hint=corporate-sso' }

export function companyOf({ keycloak }: House): NonNullable<Keycloak['company']> {
  if (keycloak.company !== undefined) return keycloak.company
  throw new Error('A brokered login needs a Keycloak that the tests start: unset KEYCLOAK_URL.')
}

export function employee(username: string): Person {
  return { username, password: 'company-password' }
}
