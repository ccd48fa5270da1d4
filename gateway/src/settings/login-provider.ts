/** The login provider: OIDC_* for the one, PROVIDERS for several; what we are there, and what is asked of it. */
import { z } from 'zod'
import { secret } from '../secret.ts'
import { parameterProblems } from '../upstream/authorization-parameters.ts'
import { ASSERTION_AUDIENCES, CLIENT_AUTH_METHODS } from '../upstream/client-credentials.ts'
import { ClientKeyError, readClientKey } from '../upstream/client-key.ts'
import { readConfiguredProviders } from '../upstream/configured-providers.ts'
import { emailDomain } from '../upstream/email-domain.ts'
import { httpUrl, isOn, jsonList, list, onOff } from './forms.ts'

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

export const loginProviderSettings = {
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
}
