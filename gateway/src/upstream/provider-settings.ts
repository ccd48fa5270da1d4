/** What the operator says of each OpenID provider: `default` is the one of the OIDC_* settings, others stand in PROVIDERS. */
import type { ClientCredentials } from './client-credentials.ts'

/** Where a provider puts what enrolment reads. */
export interface ProviderClaims {
  /** Names the student. */
  readonly studentId: string
  /** Path of the claim that lists the roles. */
  readonly roles: string
}

/** What people know a provider by, in each language of our pages. */
export interface ProviderName {
  readonly en: string
  readonly ko: string
}

export interface ProviderSettings {
  /** a-z, 0-9 and hyphens: it stands in the path of the callback. */
  readonly id: string
  readonly name: ProviderName
  readonly issuer: string
  /** Read in place of the issuer's own discovery document. */
  readonly discoveryUrl: string | undefined
  readonly clientId: string
  readonly credentials: ClientCredentials
  readonly scopes: string
  /** Whether offline_access is asked for where it is offered (OpenID Connect Core §11). */
  readonly offlineAccess: boolean
  readonly authorizationParameters: Readonly<Record<string, string>>
  readonly claims: ProviderClaims
  /** Lower case, as DNS has them. */
  readonly emailDomains: readonly string[]
}

/** One entry of PROVIDERS: where it is silent on claims, STUDENT_ID_CLAIM and ROLES_CLAIM speak. */
export type ConfiguredProvider = Omit<ProviderSettings, 'claims'> & {
  readonly claims: { readonly [K in keyof ProviderClaims]: ProviderClaims[K] | undefined }
}
