/**
 * The gateway's configuration, from its settings: the only reader of the environment. Every problem is reported at once, those
 * between settings too.
 */
import { readFileSync } from 'node:fs'
import type { z } from 'zod'
import { isNetwork, isProxy } from './http/client-network.ts'
import { DEFAULT_PROVIDER } from './oauth/issuer.ts'
import { isLoopback } from './oauth/loopback.ts'
import { plainWords } from './plain-words.ts'
import { placeholderIn } from './settings/template.ts'
import { type Settings, type SomeSettings, secretSettings, settings } from './settings.ts'
import { defaultRules, policyProblems } from './students/policy.ts'
import { parseRules } from './students/rule-settings.ts'
import { issuerProblem, providerProblems } from './upstream/read-provider-settings.ts'

export type Config = Omit<Settings, 'PUBLIC_URL'> & { PUBLIC_URL: URL }

/** Never to be copied, so they never open a house that others can reach. */
const DEMO_SECRET = /^demo-only-/
const DEMO_PASSWORD = 'battle-school'
// Headers that the gateway itself decides; a setting must not let a client send them inward.
const NEVER_FORWARDED =
  /^(authorization|dpop|proxy-.*|cookie|host|origin|forwarded|x-.*|connection|keep-alive|te|trailer|transfer-encoding|upgrade|expect)$/i

/** A host in the spelling of a URL, or all below it. */
const HOST_PATTERN = /^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*$|^\[[0-9a-f:.]+\]$/

export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError'
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(
      `the configuration has ${problems.length} problem(s):\n${problems.map((p) => `  - ${p}`).join('\n')}`,
    )
    this.problems = problems
  }
}

/** @throws ConfigurationError with every problem */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const problems: string[] = []
  const values: Record<string, string> = {}
  const unreadable = new Set<string>()
  for (const name of Object.keys(settings.shape)) {
    const value = environment[name]
    // An empty ordinary setting means its default; an empty secret is a mistake that must be seen.
    if (
      value !== undefined &&
      (value !== '' || name === 'SECRET_KEY' || name === 'OIDC_CLIENT_SECRET')
    )
      values[name] = value
  }
  for (const name of secretSettings) {
    const file = environment[`${name}_FILE`]
    if (!file) continue
    if (values[name] !== undefined && values[name] !== '')
      problems.push(`${name} and ${name}_FILE are both set`)
    try {
      values[name] = readFileSync(file, 'utf8').trim()
    } catch (error) {
      problems.push(`${name}_FILE cannot be read: ${(error as NodeJS.ErrnoException).code}`)
      unreadable.add(name)
    }
  }
  for (const [name, value] of Object.entries(values)) {
    const open = placeholderIn(value)
    if (open !== undefined) problems.push(`${name} still has ${open} of the template: fill it in`)
  }
  const parsed = settings.safeParse(values, { error: plainWords })
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const name = String(issue.path[0])
      if (unreadable.has(name)) continue
      problems.push(values[name] === undefined ? `${name} is not set` : `${name} ${issue.message}`)
    }
  }
  const partial = settings
    .partial()
    .safeParse(parsed.success ? values : withoutBad(values, parsed.error))
  if (partial.success) {
    problems.push(...crossChecks(partial.data, values))
    const given = (name: string) => values[name] !== undefined || unreadable.has(name)
    problems.push(...providerProblems(partial.data, given))
  }
  if (problems.length > 0 || !parsed.success) throw new ConfigurationError([...new Set(problems)])
  return {
    ...parsed.data,
    PUBLIC_URL: parsed.data.PUBLIC_URL ?? new URL(`http://localhost:${parsed.data.PORT}`),
  }
}

function withoutBad(values: Record<string, string>, error: z.ZodError): Record<string, string> {
  const bad = new Set(error.issues.map((issue) => String(issue.path[0])))
  return Object.fromEntries(Object.entries(values).filter(([name]) => !bad.has(name)))
}

/** Rules between settings: only what is well formed by itself comes here. */
function crossChecks(config: SomeSettings, values: Record<string, string>): string[] {
  const problems: string[] = []
  const url = config.PUBLIC_URL
  if (url && !isLoopback(url)) {
    if (url.protocol !== 'https:')
      problems.push('PUBLIC_URL must be https off loopback (OAuth 2.1 §1.5)')
    for (const { id, credentials } of config.PROVIDERS ?? []) {
      if (credentials.method !== 'private_key_jwt' && DEMO_SECRET.test(credentials.secret.reveal()))
        problems.push(
          `PROVIDERS ${id}: the client secret is the demo one, and PUBLIC_URL is not loopback`,
        )
    }
    for (const name of ['SECRET_KEY', 'OIDC_CLIENT_SECRET', 'FORMER_SECRET_KEYS'] as const) {
      if ((values[name] ?? '').split(',').some((item) => DEMO_SECRET.test(item.trim()))) {
        problems.push(
          `${name} is the demo secret, and PUBLIC_URL is not loopback: run npm run house:env`,
        )
      }
    }
    if (/:demo-only-[^@]*@/.test(values.REDIS_URL ?? '')) {
      problems.push(
        'REDIS_URL has a demo password, and PUBLIC_URL is not loopback: run npm run house:env',
      )
    }
    if ((config.CIMD_DEVELOPMENT_ORIGINS ?? []).length > 0) {
      problems.push('CIMD_DEVELOPMENT_ORIGINS must be empty: PUBLIC_URL is not loopback')
    }
    if (config.BATTLE_SCHOOL_DEMO_PASSWORD === DEMO_PASSWORD) {
      problems.push(
        'BATTLE_SCHOOL_DEMO_PASSWORD is the well-known one, and PUBLIC_URL is not loopback: choose another',
      )
    }
  }
  if (values.ENROLMENT_RULES !== undefined || (config.UNKNOWN_PEOPLE ?? 'refuse') !== 'refuse') {
    problems.push(...enrolmentProblems(config, values))
  }
  for (const issuer of config.ID_JAG_ISSUERS ?? []) {
    const isUrl = /^https?:\/\/[^/]/i.test(issuer) && URL.canParse(issuer)
    const problem = isUrl ? issuerProblem(issuer) : 'must be an http or https URL'
    if (problem !== undefined) problems.push(`ID_JAG_ISSUERS: ${issuer} ${problem}`)
    // Draft §8.3: nobody gives tokens for an assertion of his own.
    else if (new URL(issuer).href === (url ?? new URL(`http://localhost:${config.PORT}`)).href)
      problems.push('ID_JAG_ISSUERS must not name this gateway')
  }
  for (const header of config.FORWARD_HEADERS ?? []) {
    if (!/^[a-z0-9-]+$/i.test(header) || NEVER_FORWARDED.test(header))
      problems.push(`FORWARD_HEADERS must not name ${header}`)
  }
  for (const name of ['ALLOWED_ORIGINS', 'CIMD_DEVELOPMENT_ORIGINS'] as const) {
    for (const origin of config[name] ?? []) {
      if (!URL.canParse(origin) || new URL(origin).origin !== origin)
        problems.push(`${name}: ${origin} is not an origin: no path, and no slash at the end`)
    }
  }
  for (const uri of config.CUSTOM_REDIRECT_URIS ?? []) {
    if (!URL.canParse(uri) || /^https?:/i.test(uri))
      problems.push(`CUSTOM_REDIRECT_URIS: ${uri} has no scheme of its own`)
  }
  for (const name of ['ALLOWED_REDIRECT_HOSTS', 'CIMD_ALLOWED_HOSTS'] as const) {
    for (const host of config[name] ?? []) {
      if (!HOST_PATTERN.test(host)) problems.push(`${name}: ${host} is not a host`)
    }
  }
  for (const proxy of config.TRUSTED_PROXIES ?? []) {
    if (!isProxy(proxy))
      problems.push(`TRUSTED_PROXIES: ${proxy} is neither an address nor a CIDR range`)
  }
  for (const network of config.DCR_SHARED_NETWORKS ?? []) {
    if (!isNetwork(network)) problems.push(`DCR_SHARED_NETWORKS: ${network} is not a CIDR range`)
  }
  for (const redisUrl of (config.REDIS_URL ?? '').split(',').filter((item) => item.trim() !== '')) {
    if (!/^rediss?:\/\//.test(redisUrl.trim()) || !URL.canParse(redisUrl.trim()))
      problems.push('REDIS_URL must hold redis:// or rediss:// URLs')
  }
  return problems
}

/** Where the rules are not set, the default ones: a claim decides for each provider. */
function enrolmentProblems(config: SomeSettings, values: Record<string, string>): string[] {
  const { ENROLMENT_RULES: json = '', PROVIDERS } = values
  const { OIDC_ISSUER: issuer, PROVIDERS: further = [] } = config
  // Until the providers can be read, nothing can be said of them.
  if (PROVIDERS !== undefined && config.PROVIDERS === undefined) return []
  const rules = json.trim() === '' ? defaultRules('student', 'instructor') : parseRules(json).rules
  const own = issuer === undefined ? [] : [{ id: DEFAULT_PROVIDER, issuer }]
  return policyProblems(rules, config.UNKNOWN_PEOPLE ?? 'refuse', [...own, ...further])
}
