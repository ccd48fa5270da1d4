/** The settings of mcp: the only reader of the environment. Every problem is reported at once. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'

const httpUrl = () =>
  z.string().refine((value) => /^https?:\/\/[^/]/i.test(value) && URL.canParse(value), {
    error: 'must be an http or https URL',
  })

export const settings = z.object({
  PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(3001)
    .describe('Port to listen on; npm start sets it to the gateway’s port + 1.'),
  HOST: z
    .string()
    .default('127.0.0.1')
    .describe('Address to listen on; 0.0.0.0 in a container, never a public one.'),
  PUBLIC_URL: httpUrl()
    .transform((value) => new URL(value))
    .refine(
      (url) => url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '',
      { error: 'must be an origin, without path, query, fragment or user' },
    )
    .default(new URL('http://localhost:3000'))
    .describe('The gateway’s public origin: the issuer of every assertion (RFC 9068 §2.2).'),
  GATEWAY_JWKS_URL: httpUrl()
    .transform((value) => new URL(value))
    .optional()
    .describe(
      'Where the gateway’s public keys are read (RFC 7517 §5), from inside. Default PUBLIC_URL/jwks.',
    ),
  ASSERTION_AUDIENCE: z
    .string()
    .default('urn:battle-school:mcp')
    .describe('Our own identifier: the only audience that is accepted (RFC 9068 §4).'),
  REDIS_URL: z
    .string()
    .transform((value) =>
      value
        .split(',')
        .map((url) => url.trim())
        .filter((url) => url !== ''),
    )
    .pipe(
      z.array(
        z.string().refine((url) => /^rediss?:\/\//.test(url) && URL.canParse(url), {
          error: 'must hold redis:// or rediss:// URLs',
        }),
      ),
    )
    .default([])
    .describe(
      'redis:// or rediss:// URL; several, comma-separated, mean a Redis Cluster. Empty: memory, for one process and for trying out.',
    ),
  MCP_REDIS_PREFIX: z
    .string()
    .default('mcp:')
    .describe('Prefix of every key and channel of mcp in Redis.'),
  SESSION_LIFETIME: z.coerce
    .number()
    .int()
    .min(60)
    .max(2_592_000)
    .default(86_400)
    .describe('Seconds without use after which a session of the 2025 revisions ends.'),
  SESSIONS_PER_PERSON: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(100)
    .describe('Sessions that one person may have at a time; the oldest end first.'),
  CALLS_PER_PERSON: z.coerce
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(200)
    .describe('Requests of one person that a process works on at a time; more are answered 429.'),
  STREAMS_PER_PERSON: z.coerce
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(200)
    .describe(
      'Streams that one person listens on at a time in a process (GET, subscriptions/listen, /sse); the oldest end first.',
    ),
  COMPLETIONS_PER_MINUTE: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(600)
    .describe(
      'Completions that one person may ask a process for in a minute; more are answered 429.',
    ),
  SESSION_LOG_ENTRIES: z.coerce
    .number()
    .int()
    .min(10)
    .max(100_000)
    .default(1_000)
    .describe('Messages of a session that are kept for clients that lose their connection.'),
  SESSION_LOG_BYTES: z.coerce
    .number()
    .int()
    .min(1_024)
    .max(1_073_741_824)
    .default(1_048_576)
    .describe('Bytes of those messages; the newest is kept whatever its size.'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('Least severe level that is logged.'),
})

/** Settings that may hold a secret, and may therefore come from a file, as NAME_FILE. */
export const secretSettings = ['REDIS_URL'] as const

type Settings = z.infer<typeof settings>
export type Config = Omit<Settings, 'GATEWAY_JWKS_URL'> & { GATEWAY_JWKS_URL: URL }

export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError'
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(
      `the configuration of mcp has ${problems.length} problem(s):\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    )
    this.problems = problems
  }
}

/** @throws ConfigurationError with every problem */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const problems: string[] = []
  const values: Record<string, string> = {}
  // Compose turns an unset variable into '': that means its default.
  for (const name of Object.keys(settings.shape)) {
    if (environment[name]) values[name] = environment[name]
  }
  for (const name of secretSettings) {
    const file = environment[`${name}_FILE`]
    if (!file) continue
    if (values[name] !== undefined) problems.push(`${name} and ${name}_FILE are both set`)
    try {
      values[name] = readFileSync(file, 'utf8').trim()
    } catch (error) {
      problems.push(`${name}_FILE cannot be read: ${(error as NodeJS.ErrnoException).code}`)
    }
  }
  const parsed = settings.safeParse(values)
  // The value itself is never repeated: a REDIS_URL holds a password.
  for (const issue of parsed.error?.issues ?? []) {
    problems.push(`${String(issue.path[0])} ${issue.message}`)
  }
  if (/:demo-only-[^@]*@/.test(values.REDIS_URL ?? '') && !isLoopback(values.PUBLIC_URL)) {
    problems.push(
      'REDIS_URL has a demo password, and PUBLIC_URL is not loopback: run npm run house:env',
    )
  }
  if (problems.length > 0 || !parsed.success) throw new ConfigurationError([...new Set(problems)])
  const { data } = parsed
  return { ...data, GATEWAY_JWKS_URL: data.GATEWAY_JWKS_URL ?? new URL('/jwks', data.PUBLIC_URL) }
}

function isLoopback(url: string | undefined): boolean {
  if (url === undefined || !URL.canParse(url)) return true
  return /^(localhost|127\.0\.0\.1|\[::1\])$/.test(new URL(url).hostname)
}
