/** Each provider from the settings of the operator, and what is wrong between them. */
import { DEFAULT_PROVIDER } from '../oauth/issuer.ts'
import { isLoopback } from '../oauth/loopback.ts'
import type { Settings, SomeSettings } from '../settings.ts'
import { credentialsFrom } from './configured-credentials.ts'
import type { ProviderSettings } from './provider-settings.ts'

const CREDENTIALS = ['OIDC_CLIENT_SECRET', 'OIDC_CLIENT_PRIVATE_KEY', 'OIDC_CLIENT_AUTH'] as const

/** Every provider of this gateway, in the order in which people are asked. */
export function providerSettings(config: Settings): ProviderSettings[] {
  const { OIDC_ISSUER: issuer, STUDENT_ID_CLAIM, ROLES_CLAIM } = config
  const { credentials } = credentialsFrom(fromEnvironment(config))
  const further = config.PROVIDERS.map((provider) => ({
    ...provider,
    claims: {
      studentId: provider.claims.studentId ?? STUDENT_ID_CLAIM,
      roles: provider.claims.roles ?? ROLES_CLAIM,
    },
  }))
  if (issuer === undefined || credentials === undefined) return further
  const name = config.OIDC_NAME === '' ? new URL(issuer).host : config.OIDC_NAME
  const own: ProviderSettings = {
    id: DEFAULT_PROVIDER,
    name: { en: name, ko: name },
    issuer,
    discoveryUrl: config.OIDC_DISCOVERY_URL === '' ? undefined : config.OIDC_DISCOVERY_URL,
    clientId: config.OIDC_CLIENT_ID,
    credentials,
    scopes: config.OIDC_SCOPES,
    offlineAccess: config.OIDC_OFFLINE_ACCESS,
    authorizationParameters: config.OIDC_AUTHORIZATION_PARAMETERS,
    claims: { studentId: STUDENT_ID_CLAIM, roles: ROLES_CLAIM },
    emailDomains: config.OIDC_EMAIL_DOMAINS,
  }
  return [own, ...further]
}

function fromEnvironment(config: SomeSettings) {
  return {
    method: config.OIDC_CLIENT_AUTH === '' ? undefined : config.OIDC_CLIENT_AUTH,
    secret: config.OIDC_CLIENT_SECRET,
    key: config.OIDC_CLIENT_PRIVATE_KEY === '' ? undefined : config.OIDC_CLIENT_PRIVATE_KEY,
    keyId: config.OIDC_CLIENT_KEY_ID === '' ? undefined : config.OIDC_CLIENT_KEY_ID,
    audience: config.OIDC_CLIENT_AUTH_AUDIENCE,
  }
}

/**
 * What is wrong between the settings of providers: only what is well formed by itself comes here.
 *
 * @param given whether the operator wrote that setting, well or not
 */
export function providerProblems(
  config: SomeSettings,
  given: (setting: string) => boolean,
): string[] {
  const problems: string[] = []
  const hasCredentials = given('OIDC_CLIENT_SECRET') || given('OIDC_CLIENT_PRIVATE_KEY')
  // Half a provider is a mistake, not none.
  if (!given('OIDC_ISSUER') && (hasCredentials || !given('PROVIDERS'))) {
    problems.push('OIDC_ISSUER is not set')
  }
  if (!hasCredentials && (given('OIDC_ISSUER') || !given('PROVIDERS'))) {
    problems.push('OIDC_CLIENT_SECRET is not set')
  }
  const own = credentialsFrom(fromEnvironment(config))
  const isWhole = CREDENTIALS.every((name) => !given(name) || config[name] !== undefined)
  if (own.problem !== undefined && hasCredentials && isWhole) {
    problems.push(`OIDC_CLIENT_AUTH ${own.problem}`)
  }
  const further = (config.PROVIDERS ?? []).map(
    (provider) => ['PROVIDERS', `${provider.id}: `, provider] as const,
  )
  const all = [
    ...(config.OIDC_ISSUER === undefined
      ? []
      : [
          [
            'OIDC',
            '',
            { issuer: config.OIDC_ISSUER, emailDomains: config.OIDC_EMAIL_DOMAINS ?? [] },
          ] as const,
        ]),
    ...further,
  ]
  const issuers = new Set<string>()
  const domains = new Set<string>()
  for (const [setting, who, { issuer, emailDomains }] of all) {
    const [issuerSetting, domainSetting] =
      setting === 'OIDC' ? ['OIDC_ISSUER', 'OIDC_EMAIL_DOMAINS'] : [setting, setting]
    const problem = issuerProblem(issuer)
    if (problem !== undefined) problems.push(`${issuerSetting} ${who}${problem}`)
    // One person would be two, or two providers one: (iss, sub) says who somebody is (OpenID Connect Core §5.7).
    if (issuers.has(new URL(issuer).href))
      problems.push(`${issuerSetting} ${who}the issuer is there twice`)
    issuers.add(new URL(issuer).href)
    for (const domain of emailDomains) {
      if (domains.has(domain))
        problems.push(`${domainSetting} ${who}${domain} is another provider’s`)
      domains.add(domain)
    }
  }
  return problems
}

/** Entra ID's endpoints for many tenants: their discovery names `{tenantid}`, so that anybody's tenant would be ours. */
const MANY_TENANTS = /^\/(common|organizations|consumers)(\/|$)/

/** What is wrong with an issuer that is a URL. */
export function issuerProblem(issuer: string): string | undefined {
  const url = new URL(issuer)
  if (url.protocol !== 'https:' && !isLoopback(url)) {
    return 'must be https off loopback (OpenID Connect Discovery §3)'
  }
  if (/[{}]|%7b|%7d/i.test(issuer) || (isEntra(url) && MANY_TENANTS.test(url.pathname))) {
    return 'stands for many tenants: use your own tenant’s issuer, with its id in place of common or {tenantid}'
  }
  if (url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') {
    return 'must have no query, fragment or user (OpenID Connect Discovery §3)'
  }
  return undefined
}

function isEntra({ hostname }: URL): boolean {
  return /(^|\.)(login\.microsoftonline\.(com|us)|login\.partner\.microsoftonline\.cn|sts\.windows\.net)$/.test(
    hostname,
  )
}
