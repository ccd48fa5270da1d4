/** What the operator says of one OpenID provider; `default` is the one of the OIDC_* settings. */
import type { Config } from '../config.ts'
import { DEFAULT_PROVIDER } from '../oauth/issuer.ts'
import type { Secret } from '../settings.ts'

/** Where a provider puts what enrolment reads. */
export interface ProviderClaims {
  /** Names the student. */
  readonly studentId: string
  /** Path of the claim that lists the roles. */
  readonly roles: string
}

export interface ProviderSettings {
  /** a-z, 0-9 and hyphens: it stands in the path of the callback. */
  readonly id: string
  /** As the consent page calls it. */
  readonly name: string
  readonly issuer: string
  /** Read in place of the issuer's own discovery document. */
  readonly discoveryUrl: string | undefined
  readonly clientId: string
  readonly clientSecret: Secret
  readonly scopes: string
  readonly claims: ProviderClaims
}

/** Every provider of this gateway, in the order in which people are asked. */
export function providerSettings(config: Config): ProviderSettings[] {
  return [
    {
      id: DEFAULT_PROVIDER,
      name: new URL(config.OIDC_ISSUER).host,
      issuer: config.OIDC_ISSUER,
      discoveryUrl: config.OIDC_DISCOVERY_URL === '' ? undefined : config.OIDC_DISCOVERY_URL,
      clientId: config.OIDC_CLIENT_ID,
      clientSecret: config.OIDC_CLIENT_SECRET,
      scopes: config.OIDC_SCOPES,
      claims: { studentId: config.STUDENT_ID_CLAIM, roles: config.ROLES_CLAIM },
    },
  ]
}
