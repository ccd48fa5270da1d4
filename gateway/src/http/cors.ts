/**
 * Which browser pages may call us, and what they may read (WHATWG Fetch, "CORS protocol"): pure functions, no routes.
 *
 * Nothing here ever answers to cookies, so no answer allows credentials. Every answer of a public endpoint may be read by
 * any page; /mcp names the origins it admits, because a page that reads it holds a person's token.
 */

/** Headers of an answer, ready for `reply.headers()`. */
export type CorsHeaders = Record<string, string>

// C15, and what MCP 2026-07-28 adds: its routing headers.
const REQUEST_HEADERS = [
  'authorization',
  'content-type',
  'accept',
  'mcp-protocol-version',
  'mcp-session-id',
  'last-event-id',
  'mcp-method',
  'mcp-name',
  // RFC 9449 §4.1
  'dpop',
]
const EXPOSED_HEADERS = 'mcp-session-id, www-authenticate, retry-after'
// A parameter that a tool asks to see as a header; their names are the tools' own.
const PARAMETER_HEADER = /^mcp-param-[a-z0-9!#$%&'*+.^_`|~-]+$/i
/** Seconds; Chromium's longest. */
const MAX_AGE = '7200'

/** Discovery, registration and token endpoints: any page may read them (OAuth 2.1 §3.2, RFC 8414 §3). */
export const publicCors: Readonly<CorsHeaders> = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': EXPOSED_HEADERS,
}

/** The answer to a public endpoint's preflight. `methods` as they are registered, without OPTIONS. */
export function publicPreflight(
  methods: readonly string[],
  requestedHeaders: string | undefined,
): CorsHeaders {
  return { ...publicCors, ...allowances(methods, requestedHeaders) }
}

/** The one origin that an answer of /mcp may be read by; nothing but `vary` where the request names none. */
export function originCors(origin: string | undefined): CorsHeaders {
  if (origin === undefined) return { vary: 'origin' }
  return {
    vary: 'origin',
    'access-control-allow-origin': origin,
    'access-control-expose-headers': EXPOSED_HEADERS,
  }
}

/** The answer to /mcp's preflight from an origin that is admitted. */
export function originPreflight(
  origin: string | undefined,
  methods: readonly string[],
  requestedHeaders: string | undefined,
): CorsHeaders {
  return { ...originCors(origin), ...allowances(methods, requestedHeaders) }
}

function allowances(methods: readonly string[], requestedHeaders: string | undefined): CorsHeaders {
  const parameters = (requestedHeaders ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => PARAMETER_HEADER.test(name))
  return {
    'access-control-allow-methods': [...methods, 'OPTIONS'].join(', '),
    'access-control-allow-headers': [...REQUEST_HEADERS, ...parameters].join(', '),
    'access-control-max-age': MAX_AGE,
  }
}
