/** Every setting of the gateway: its name, its form, its default, and what it says in docs/configuration.md. */
import { z } from 'zod'
import { readConfiguredClients } from './clients/configured-clients.ts'
import { isEditable } from './oauth/claim-values.ts'
import { ProblemsError } from './problems-error.ts'
import { secret } from './secret.ts'
import { readRules } from './students/rule-settings.ts'
import { parameterProblems } from './upstream/authorization-parameters.ts'
import { ASSERTION_AUDIENCES, CLIENT_AUTH_METHODS } from './upstream/client-credentials.ts'
import { ClientKeyError, readClientKey } from './upstream/client-key.ts'
import { readConfiguredProviders } from './upstream/configured-providers.ts'
import { emailDomain } from './upstream/email-domain.ts'

const list = () =>
  z.string().transform((value) =>
    value
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  )
const wholeNumber = (min: number, max: number) => {
  const error = `must be a whole number from ${min} to ${max}`
  return z.coerce.number({ error }).int({ error }).min(min, { error }).max(max, { error })
}
const onOff = () => z.enum(['on', 'off'])
const isOn = (value: 'on' | 'off') => value === 'on'
const port = () => z.coerce.number().int().min(0).max(65_535)
const httpUrl = () =>
  z.string().refine((value) => /^https?:\/\/[^/]/i.test(value) && URL.canParse(value), {
    error: 'must be an http or https URL',
  })
const emailDomains = () =>
  list()
    .transform((domains, context) =>
      domains.map((domain) => {
        const known = emailDomain(domain)
        if (known !== undefined) return known
        context.addIssue({ code: 'custom', message: `${domain} is not a domain` })
        return z.NEVER
      }),
    )
    .default([])
/** @param read throws ProblemsError: each of them is a problem of the setting */
const jsonList = <T>(read: (json: string) => T) =>
  z
    .string()
    .default('')
    .transform((json, context) => {
      try {
        return read(json)
      } catch (error) {
        if (!(error instanceof ProblemsError)) throw error
        for (const message of error.problems) context.addIssue({ code: 'custom', message })
        return z.NEVER
      }
    })

export const settings = z.object({
  PORT: port().default(3000).describe('Port to listen on.'),
  HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Address to listen on; 0.0.0.0 in a container.'),
  PUBLIC_URL: httpUrl()
    .transform((value) => new URL(value))
    .refine(
      (url) => url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '',
      {
        error: 'must be an origin, without path, query, fragment or user',
      },
    )
    .optional()
    .describe(
      'The origin that people and clients use; the issuer (RFC 8414 §2). Default http://localhost:PORT. Off loopback it must be https.',
    ),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('Least severe level that is logged.'),
  TRUSTED_PROXIES: list()
    .default([])
    .describe(
      'Addresses or CIDR ranges whose X-Forwarded-* headers are believed; comma-separated.',
    ),
  SECRET_KEY: secret(32)
    // FORMER_SECRET_KEYS is a list: what could not stand in it could not be rotated.
    .refine((key) => !/^\s|,|\s$/.test(key.reveal()), {
      error: 'must not hold a comma, nor begin or end with white space',
    })
    .describe(
      'At least 32 random characters without a comma, the same on every replica: sealing, encryption and signing keys are derived from it.',
    ),
  FORMER_SECRET_KEYS: list()
    .pipe(z.array(secret(32)))
    .default([])
    .describe(
      'Former values of SECRET_KEY, comma-separated: what was sealed or stored under them stays readable.',
    ),
  REDIS_URL: z
    .string()
    .default('')
    .describe(
      'redis:// or rediss:// URL; several, comma-separated, mean a Redis Cluster. Empty: memory, for one process and for trying out.',
    ),
  GATEWAY_REDIS_PREFIX: z
    .string()
    .min(1)
    .default('gateway:')
    .describe('Prefix of every key and channel of the gateway in Redis.'),
  OIDC_ISSUER: httpUrl()
    .optional()
    .describe(
      'Issuer of the OpenID provider, exactly as its discovery document says it (OpenID Connect Discovery §3). Required, unless PROVIDERS has one.',
    ),
  OIDC_NAME: z
    .string()
    .max(80)
    .default('')
    .describe(
      'What people know the provider by, where they choose among several. Default: its host.',
    ),
  OIDC_DISCOVERY_URL: z
    .union([z.literal(''), httpUrl()])
    .default('')
    .describe(
      'Internal address of the provider’s discovery document, where the public issuer cannot be reached from here.',
    ),
  OIDC_CLIENT_ID: z
    .string()
    .min(1)
    .default('mcp-gateway')
    .describe('Our client id at the provider.'),
  OIDC_CLIENT_SECRET: secret(1)
    .optional()
    .describe('Our client secret at the provider. Required, unless there is a private key.'),
  OIDC_CLIENT_PRIVATE_KEY: z
    .string()
    .default('')
    .transform((text, context) => {
      if (text === '') return ''
      try {
        return readClientKey(text)
      } catch (error) {
        if (!(error instanceof ClientKeyError)) throw error
        context.addIssue({ code: 'custom', message: error.message })
        return z.NEVER
      }
    })
    .describe(
      'Our private key at the provider in place of a secret (private_key_jwt, OpenID Connect Core §9): PEM (PKCS #8; a certificate beside it is named by its thumbprint, as Entra ID wants) or JWK.',
    ),
  OIDC_CLIENT_KEY_ID: z
    .string()
    .default('')
    .describe('Key id of that key, where the provider wants one. Default: `kid` of the JWK.'),
  OIDC_CLIENT_AUTH: z
    .union([z.literal(''), z.enum(CLIENT_AUTH_METHODS)], {
      error: `must be one of ${CLIENT_AUTH_METHODS.join(', ')}`,
    })
    .default('')
    .describe(
      `How we prove to the provider that we are its client: ${CLIENT_AUTH_METHODS.join(', ')}. Default: private_key_jwt where there is a key, else client_secret_post where it is listed, else client_secret_basic.`,
    ),
  OIDC_CLIENT_AUTH_AUDIENCE: z
    .enum(ASSERTION_AUDIENCES)
    .default('issuer')
    .describe(
      'Audience of the assertion of private_key_jwt: `issuer`, or `token_endpoint` for a provider that insists on it.',
    ),
  OIDC_SCOPES: z
    .string()
    .default('openid profile email')
    .describe('Scopes asked of the provider; offline_access is added where the provider has it.'),
  OIDC_OFFLINE_ACCESS: onOff()
    .default('on')
    .transform(isOn)
    .describe(
      'Ask for offline_access where the provider has it, so that a login outlives the session at the provider. off: clients have to log in anew when that session is over.',
    ),
  OIDC_AUTHORIZATION_PARAMETERS: z
    .string()
    .default('')
    .transform((text, context) => {
      const parameters = new URLSearchParams(text)
      const record = Object.fromEntries(parameters)
      const problems = parameterProblems(record)
      if (Object.keys(record).length !== parameters.size) problems.push('repeats a name')
      for (const message of problems) context.addIssue({ code: 'custom', message })
      return problems.length > 0 ? z.NEVER : record
    })
    .describe(
      'Further parameters of each login, as in a query: `kc_idp_hint=corporate-sso`, `domain_hint=school.example&prompt=select_account`.',
    ),
  OIDC_EMAIL_DOMAINS: emailDomains().describe(
    'Domains whose people log in here, where there are several providers; comma-separated, each exact.',
  ),
  PROVIDERS: jsonList(readConfiguredProviders).describe(
    'Several OpenID providers side by side, beside or in place of the one of OIDC_*: a JSON array (docs/providers.md).',
  ),
  STUDENT_ID_CLAIM: z
    .string()
    .min(1)
    .refine((claim) => !isEditable(claim), {
      error: 'must not be a claim that people can edit (OpenID Connect Core §5.7)',
    })
    .default('student_id')
    .describe(
      'Claim that names the student: a letter or digit, then up to 63 letters, digits, dots, underscores or hyphens.',
    ),
  STUDENT_ROLE: z
    .string()
    .min(1)
    .default('student')
    .describe('Role at the provider that a student must have.'),
  INSTRUCTOR_ROLE: z
    .string()
    .min(1)
    .default('instructor')
    .describe('Role at the provider that makes an instructor.'),
  ROLES_CLAIM: z
    .string()
    .min(1)
    .refine((claim) => !isEditable(claim), {
      error: 'must not be a claim that people can edit (OpenID Connect Core §5.7)',
    })
    .default('realm_access.roles')
    .describe('Path of the claim that lists the roles.'),
  ENROLMENT_RULES: jsonList(readRules).describe(
    'Who becomes whom: a JSON array of rules, the first that decides wins (docs/guides/enrolment.md). Empty: by STUDENT_ID_CLAIM and the two roles.',
  ),
  UNKNOWN_PEOPLE: z
    .enum(['refuse', 'enrol', 'approval'], { error: 'must be refuse, enrol or approval' })
    .default('refuse')
    .describe(
      'Whom no rule knows, at a provider without a student claim: refused, enrolled as a new cadet, or waiting for an instructor’s approval.',
    ),
  CADET_ID_FORM: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*#{6,12}$/, {
      error: 'must be letters, digits, dots, underscores or hyphens, then 6 to 12 #',
    })
    .max(64)
    .default('BS-C########')
    .describe(
      'Form of a new cadet’s student id, each # a digit. No student of the school behind the door may have an id of this form.',
    ),
  CONFIRM_PERSON: onOff()
    .default('on')
    .transform(isOn)
    .describe('Ask “continue as …?” when the provider’s login is older than this authorization.'),
  ENROLMENT_CONTACT: z
    .string()
    .default('')
    .describe('Whom to ask when a login is not enrolled, as a sentence or an address.'),
  UPSTREAM_CHECK: z
    .string()
    .default('15')
    .transform((value, context) => {
      if (value === 'always') return 0
      if (value === 'never') return Number.POSITIVE_INFINITY
      const minutes = Number(value)
      if (/^\d+$/.test(value) && minutes >= 1 && minutes <= 10_080) return minutes
      context.addIssue({ code: 'custom', message: 'must be always, never, or 1 to 10080 minutes' })
      return z.NEVER
    })
    .describe(
      'When a client refreshes, the provider is asked whether the login still stands: `always`, at most every so many minutes, or `never`.',
    ),
  LOGIN_MAX_AGE: wholeNumber(300, 31_536_000)
    .default(2_592_000)
    .describe(
      'Seconds that a login counts which the provider cannot be asked about: it gave no refresh token, UPSTREAM_CHECK is never, or an identity assertion is silent on student and roles.',
    ),
  UPSTREAM_OUTAGE_GRACE: wholeNumber(0, 31_536_000)
    .default(86_400)
    .describe(
      'Seconds in which clients may refresh while the provider does not answer; afterwards they are told to come again.',
    ),
  ACCESS_TOKEN_TTL: wholeNumber(60, 86_400)
    .default(3600)
    .describe('Seconds an access token lives; clients refresh 5 minutes early.'),
  REFRESH_TOKEN_TTL: wholeNumber(300, 31_536_000)
    .default(2_592_000)
    .describe('Seconds a refresh token lives, counted anew at each use.'),
  REFRESH_GRACE: wholeNumber(0, 86_400)
    .default(600)
    .describe('Seconds in which a used refresh token gives the same successor again.'),
  REFRESH_REPLAY: z
    .enum(['revoke', 'refuse'])
    .default('revoke')
    .describe(
      'What a refresh token used after the grace window does: end the grant, or be refused (RFC 9700 §4.14.2).',
    ),
  ID_JAG_ISSUERS: list()
    .default([])
    .describe(
      'Issuers whose identity assertions are taken in place of a login, exactly as their `iss` (MCP extension Enterprise-Managed Authorization); comma-separated. Each has to be the company’s own: it can speak for everybody whom it knows. Empty: none.',
    ),
  ID_JAG_TOKEN_TTL: wholeNumber(30, 3600)
    .default(300)
    .describe('Seconds an access token lives that was given for an identity assertion.'),
  AUTHORIZATION_CODE_TTL: wholeNumber(10, 600)
    .default(60)
    .describe('Seconds an authorization code lives (RFC 6749 §4.1.2).'),
  LOGIN_TTL: wholeNumber(60, 3600)
    .default(900)
    .describe(
      'Seconds for each step from /authorize to /callback: the consent page, the login at the provider, the page that asks who one is.',
    ),
  ACCOUNT_SESSION_TTL: wholeNumber(60, 86_400)
    .default(1800)
    .describe('Seconds a person stays signed in to their own page, /account.'),
  GRANTS_PER_CLIENT: wholeNumber(1, 1000)
    .default(20)
    .describe(
      'Grants one person may hold for one client, and as many of identity assertions; the least recently used goes first.',
    ),
  DCR: onOff()
    .default('on')
    .transform(isOn)
    .describe(
      'Dynamic client registration (RFC 7591); off: only clients that are known otherwise.',
    ),
  DCR_SHARED_CLIENTS: onOff()
    .default('on')
    .transform(isOn)
    .describe(
      'The same metadata of a public client gives the same client id, which nobody can change then. off: an id of its own for each, with RFC 7592 management.',
    ),
  DCR_PER_ADDRESS: wholeNumber(1, 1_000_000)
    .default(100)
    .describe(
      'New registrations an hour from one address (IPv6: one /64); the same metadata again is none.',
    ),
  DCR_PER_HOUR: wholeNumber(1, 1_000_000)
    .default(1000)
    .describe(
      'New registrations an hour in all; each of DCR_SHARED_NETWORKS has as many to itself.',
    ),
  DCR_SHARED_NETWORKS: list()
    .transform((networks) => networks.filter((network) => network !== 'none'))
    .default(['160.79.104.0/21'])
    .describe(
      'Networks behind which many people share few addresses, as hosted Claude’s: not limited by address; comma-separated CIDR ranges, or none.',
    ),
  CIMD: onOff()
    .default('on')
    .transform(isOn)
    .describe(
      'Client ids that are the https URL of the client’s metadata (Client ID Metadata Documents).',
    ),
  CIMD_ALLOWED_HOSTS: list()
    .default([])
    .describe(
      'Hosts whose documents are admitted, exact or *.example.com; comma-separated. Empty: any public host.',
    ),
  CIMD_DEVELOPMENT_ORIGINS: list()
    .default([])
    .describe(
      'Exact origins whose documents are admitted with http and on any port, e.g. http://localhost:7591, without a slash at the end. Only while PUBLIC_URL is loopback.',
    ),
  ALLOWED_REDIRECT_HOSTS: list()
    .default([])
    .describe(
      'Hosts to which clients may send people back, exact or *.example.com; loopback stands for this machine. Empty: any. Clients of CLIENTS are not asked.',
    ),
  CLIENTS: jsonList(readConfiguredClients).describe(
    'Clients registered by hand: a JSON array (docs/clients-by-hand.md).',
  ),
  METRICS_TOKEN: z
    .string()
    .default('')
    .transform((value, context) => {
      if (value === '') return ''
      const token = secret(16).safeParse(value)
      if (token.success && !/\s/.test(value)) return token.data
      const message = token.error?.issues[0]?.message ?? 'must hold no white space'
      context.addIssue({ code: 'custom', message })
      return z.NEVER
    })
    .describe(
      'Bearer token that GET /metrics asks for, at least 16 characters; without one there are no metrics.',
    ),
  CUSTOM_REDIRECT_URIS: list()
    .default([])
    .describe(
      'Redirect URIs with a scheme of their own that are admitted, exactly as written (RFC 8252 §7.1), e.g. cursor://anysphere.cursor-mcp/oauth/callback.',
    ),
  ALLOWED_ORIGINS: list()
    .default([])
    .describe('Further browser origins that may call /mcp; comma-separated.'),
  FORWARD_HEADERS: list()
    .default([])
    .describe('Further request headers that go to the MCP server; comma-separated.'),
  MCP_UPSTREAM_URL: httpUrl()
    .default('http://127.0.0.1:3001/mcp')
    .describe(
      'The Streamable HTTP endpoint behind the door. Where its path ends in `/mcp`, HTTP+SSE is looked for beside it, at `/sse` and `/messages`.',
    ),
  ASSERTION_AUDIENCE: z
    .string()
    .min(1)
    .default('urn:battle-school:mcp')
    .describe('Audience of the inward assertion: the MCP server’s own identifier (RFC 9068 §2.2).'),
  BATTLE_SCHOOL_DEMO_PASSWORD: z
    .string()
    .default('')
    .describe(
      'Password of the demo people, when this house has them: read only to refuse it off loopback.',
    ),
})

export type Settings = z.infer<typeof settings>
export type SomeSettings = { [K in keyof Settings]?: Settings[K] | undefined }

/** Secrets that may come from a file, as NAME_FILE. */
export const secretSettings = [
  'SECRET_KEY',
  'FORMER_SECRET_KEYS',
  'OIDC_CLIENT_SECRET',
  'OIDC_CLIENT_PRIVATE_KEY',
  'PROVIDERS',
  'REDIS_URL',
  'CLIENTS',
  'ENROLMENT_RULES',
  'METRICS_TOKEN',
] as const
