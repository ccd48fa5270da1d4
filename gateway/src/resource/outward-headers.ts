/**
 * Which headers of mcp's answer reach the client, and which are ours: hop-by-hop ones and those that `Connection` names go
 * first (RFC 9110 §7.6.1), then what would speak for the door: cookies, challenges, CORS, the server's name.
 */
import type { IncomingHttpHeaders } from 'node:http'

const WITHHELD = new Set([
  // RFC 9110 §7.6.1 and what intermediaries add to it
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authentication-info',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  // The door's own affairs
  'set-cookie',
  'www-authenticate',
  'server',
  'x-powered-by',
  'strict-transport-security',
  'alt-svc',
  'clear-site-data',
  'date',
])
const CORS = 'access-control-'

/** @param ours names and values in turn; they replace theirs, but for `vary`, which adds up */
export function outwardHeaders(theirs: IncomingHttpHeaders, ours: readonly string[]): string[] {
  const headers = [...ours]
  const hopByHop = theirs.connection === undefined ? undefined : options(theirs.connection)
  for (const name in theirs) {
    if (WITHHELD.has(name) || name.startsWith(CORS) || hopByHop?.has(name)) continue
    if (name !== 'vary' && ours.includes(name)) continue
    const value = theirs[name]
    if (typeof value === 'string') headers.push(name, value)
    else for (const each of value ?? []) headers.push(name, each)
  }
  return headers
}

function options(connection: string): Set<string> | undefined {
  // A header that came twice is a list.
  const value = String(connection).toLowerCase()
  if (value === 'keep-alive' || value === 'close') return undefined
  return new Set(value.split(',').map((option) => option.trim()))
}
