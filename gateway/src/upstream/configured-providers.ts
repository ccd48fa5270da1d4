/** Further providers, in PROVIDERS or PROVIDERS_FILE: a JSON array, read strictly, each mistake with the provider that it is in. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { jsonEntries } from '../json-entries.ts'
import { isEditable } from '../oauth/claim-values.ts'
import { DEFAULT_PROVIDER } from '../oauth/issuer.ts'
import { plainWords } from '../plain-words.ts'
import { ProblemsError } from '../problems-error.ts'
import { type Secret, secret } from '../secret.ts'
import { parameterProblems } from './authorization-parameters.ts'
import { ASSERTION_AUDIENCES, CLIENT_AUTH_METHODS } from './client-credentials.ts'
import { type ClientKey, ClientKeyError, readClientKey } from './client-key.ts'
import { credentialsFrom } from './configured-credentials.ts'
import { emailDomain } from './email-domain.ts'
import type { ConfiguredProvider } from './provider-settings.ts'

const ID = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/
const url = z
  .string()
  .refine((value) => /^https?:\/\/[^/]/i.test(value) && URL.canParse(value), 'must be a URL')
const name = z.string().trim().min(1).max(80)
const decidingClaim = z
  .string()
  .min(1)
  .refine((claim) => !isEditable(claim), {
    error: 'must not be a claim that people can edit (OpenID Connect Core §5.7)',
  })

/** One entry, as it is written. Strict: a misspelt member would be a setting that is not there. */
const configuredProvider = z.strictObject({
  id: z
    .string()
    .regex(ID, 'may hold a-z, 0-9 and hyphens only, at most 32')
    .refine((id) => id !== DEFAULT_PROVIDER, 'is the one of the OIDC_* settings'),
  name: z.union([name.transform((en) => ({ en, ko: en })), z.strictObject({ en: name, ko: name })]),
  issuer: url,
  discovery_url: url.optional(),
  client_id: z.string().min(1),
  client_auth: z.enum(CLIENT_AUTH_METHODS).optional(),
  client_auth_audience: z.enum(ASSERTION_AUDIENCES).optional(),
  client_secret: z.string().optional(),
  client_secret_file: z.string().min(1).optional(),
  client_private_key: z.union([z.string(), z.looseObject({ kty: z.string() })]).optional(),
  client_private_key_file: z.string().min(1).optional(),
  client_key_id: z.string().min(1).optional(),
  scopes: z.string().default('openid profile email'),
  offline_access: z.boolean().default(true),
  authorization_parameters: z.record(z.string(), z.string()).default({}),
  student_id_claim: decidingClaim.optional(),
  roles_claim: decidingClaim.optional(),
  email_domains: z.array(z.string()).default([]),
})
type Entry = z.infer<typeof configuredProvider>

/**
 * @param json an array, or nothing
 * @throws ProblemsError with every mistake
 */
export function readConfiguredProviders(json: string): ConfiguredProvider[] {
  const problems: string[] = []
  const providers = jsonEntries(json).flatMap((entry, index) => {
    const parsed = configuredProvider.safeParse(entry, { error: plainWords })
    if (parsed.success) return read(parsed.data, problems)
    const named = (entry as { id?: unknown } | null)?.id
    const who = typeof named === 'string' && ID.test(named) ? named : `entry ${index + 1}`
    for (const { path, message } of parsed.error.issues) {
      problems.push([`${who}:`, ...path, message].join(' '))
    }
    return []
  })
  for (const [index, { id }] of providers.entries()) {
    if (providers.findIndex((other) => other.id === id) !== index) {
      problems.push(`${id}: is there twice`)
    }
  }
  if (problems.length > 0) throw new ProblemsError(problems)
  return providers
}

function read(entry: Entry, problems: string[]): ConfiguredProvider[] {
  const before = problems.length
  const complain = (what: string) => void problems.push(`${entry.id}: ${what}`)
  const { credentials, problem } = credentialsFrom({
    method: entry.client_auth,
    secret: secretOf(entry, complain),
    key: keyOf(entry, complain),
    keyId: entry.client_key_id,
    audience: entry.client_auth_audience,
  })
  if (problem !== undefined && problems.length === before) complain(`client_auth ${problem}`)
  for (const what of parameterProblems(entry.authorization_parameters)) {
    complain(`authorization_parameters ${what}`)
  }
  const emailDomains = entry.email_domains.map((domain) => {
    const known = emailDomain(domain)
    if (known === undefined) complain(`email_domains: ${domain} is not a domain`)
    return known ?? ''
  })
  if (credentials === undefined) return []
  return [
    {
      id: entry.id,
      name: entry.name,
      issuer: entry.issuer,
      discoveryUrl: entry.discovery_url,
      clientId: entry.client_id,
      credentials,
      scopes: entry.scopes,
      offlineAccess: entry.offline_access,
      authorizationParameters: entry.authorization_parameters,
      claims: { studentId: entry.student_id_claim, roles: entry.roles_claim },
      emailDomains,
    },
  ]
}

function secretOf(entry: Entry, complain: (what: string) => void): Secret | undefined {
  const text = valueOrFile('client_secret', entry.client_secret, entry.client_secret_file, complain)
  if (text === undefined) return undefined
  const parsed = secret(1).safeParse(text)
  if (!parsed.success) complain(`client_secret ${parsed.error.issues[0]?.message}`)
  return parsed.data
}

function keyOf(entry: Entry, complain: (what: string) => void): ClientKey | undefined {
  const { client_private_key: written, client_private_key_file: file } = entry
  const inline = typeof written === 'object' ? JSON.stringify(written) : written
  const text = valueOrFile('client_private_key', inline, file, complain)
  if (text === undefined) return undefined
  try {
    return readClientKey(text)
  } catch (error) {
    if (!(error instanceof ClientKeyError)) throw error
    complain(`client_private_key ${error.message}`)
    return undefined
  }
}

function valueOrFile(
  member: string,
  value: string | undefined,
  file: string | undefined,
  complain: (what: string) => void,
): string | undefined {
  if (file === undefined) return value
  if (value !== undefined) complain(`${member} and ${member}_file exclude each other`)
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    complain(`${member}_file cannot be read: ${(error as NodeJS.ErrnoException).code}`)
    return undefined
  }
}
