/**
 * Fetches JSON from a URL that a stranger chose: no redirects, public addresses only, and the connection goes to the very
 * address that was looked at, so that a name cannot resolve anew in between. Five seconds and 64 KiB in all.
 */
import { Resolver } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import { Agent, request } from 'undici'
import { ClientDocumentError } from '../client.ts'
import { isPublicAddress } from './public-address.ts'

export interface FetchedDocument {
  document: Record<string, unknown>
  /** Milliseconds that it may be used without asking again; undefined where the answer does not say. */
  freshFor: number | undefined
}

/** @throws ClientDocumentError */
export type GuardedFetch = (url: string) => Promise<FetchedDocument>

export interface GuardedFetchOptions {
  /** Exact origins whose addresses are not looked at. */
  developmentOrigins: readonly string[]
  /** Every address of a name; each of them has to be public. */
  resolve?: (hostname: string, signal: AbortSignal) => Promise<string[]>
}

/** Milliseconds, from the first question to the last byte. */
const TIMEOUT = 5_000
const MAX_BYTES = 64 * 1024
const MAX_DEPTH = 16

export function createGuardedFetch({
  developmentOrigins,
  resolve = resolveByDns,
}: GuardedFetchOptions): GuardedFetch {
  return async (url) => {
    const { origin, hostname } = new URL(url)
    const signal = AbortSignal.timeout(TIMEOUT)
    let agent: Agent | undefined
    try {
      const pinned = developmentOrigins.includes(origin)
        ? undefined
        : await publicAddresses(hostname, resolve, signal)
      agent = new Agent({
        maxResponseSize: MAX_BYTES,
        connect: pinned === undefined ? {} : { lookup: pinnedLookup(pinned) },
      })
      return await read(url, agent, signal)
    } catch (error) {
      throw asDocumentError(error)
    } finally {
      agent?.destroy().catch(() => undefined)
    }
  }
}

async function read(url: string, dispatcher: Agent, signal: AbortSignal): Promise<FetchedDocument> {
  const { statusCode, headers, body } = await request(url, {
    dispatcher,
    signal,
    headers: { accept: 'application/json', 'user-agent': 'mcp-gateway' },
  })
  const type = String(headers['content-type'] ?? '')
  refuseStatus(statusCode, type)
  const text = await body.text()
  const document: unknown = JSON.parse(text)
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new ClientDocumentError('invalid', 'the document is not a JSON object')
  }
  if (!isShallow(document, MAX_DEPTH)) {
    throw new ClientDocumentError('invalid', 'the document is nested too deeply')
  }
  // As it will be kept: 1e20 has five characters here and twenty-one there.
  if (JSON.stringify(document).length > MAX_BYTES) {
    throw new ClientDocumentError('invalid', 'the document is larger than 64 KiB')
  }
  return {
    document: document as Record<string, unknown>,
    freshFor: freshFor(headers),
  }
}

/** What is nested thousands of levels deep can be parsed, but neither copied nor written again. */
function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  return levels > 0 && Object.values(value).every((each) => isShallow(each, levels - 1))
}

function refuseStatus(status: number, type: string): void {
  if (status === 404 || status === 410) {
    throw new ClientDocumentError('gone', `the document’s host answered ${status}`)
  }
  if (status >= 300 && status < 400) {
    throw new ClientDocumentError('refused', 'the document’s host redirects')
  }
  // Bot filters answer 403, 429 or 503, or a page (C30): the document is there, for others.
  if (status !== 200) {
    throw new ClientDocumentError('unreachable', `the document’s host answered ${status}`)
  }
  if (/^text\/html\b/i.test(type)) {
    throw new ClientDocumentError('unreachable', 'the document’s host answered a page')
  }
  if (!/^application\/(json|[\w.-]+\+json)\s*(;|$)/i.test(type)) {
    throw new ClientDocumentError('invalid', 'the document is not sent as JSON')
  }
}

/** RFC 9111 §5.2.2, §5.3: in milliseconds. */
function freshFor(headers: Record<string, string | string[] | undefined>): number | undefined {
  const control = String(headers['cache-control'] ?? '').toLowerCase()
  if (/\bno-(store|cache)\b/.test(control)) return 0
  const age = /\bs-maxage="?(\d{1,9})/.exec(control) ?? /\bmax-age="?(\d{1,9})/.exec(control)
  if (age) return Math.max(0, Number(age[1]) - (Number(headers.age) || 0)) * 1000
  if (headers.expires === undefined) return undefined
  // RFC 9111 §5.3: what is no date, `0` above all, is in the past.
  return Math.max(0, Date.parse(String(headers.expires)) - Date.parse(String(headers.date))) || 0
}

async function publicAddresses(
  hostname: string,
  resolve: NonNullable<GuardedFetchOptions['resolve']>,
  signal: AbortSignal,
): Promise<string[]> {
  // A connection to a literal address asks no lookup, so nothing could be pinned.
  if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0) {
    throw new ClientDocumentError('refused', 'the document’s host is an address')
  }
  const addresses = await resolve(hostname, signal)
  if (addresses.length === 0) {
    throw new ClientDocumentError('unreachable', 'the document’s host has no address')
  }
  // One that is not public refuses all: of a mixed answer nobody knows which was meant.
  if (!addresses.every(isPublicAddress)) {
    throw new ClientDocumentError(
      'refused',
      'the document’s host has an address that is not public',
    )
  }
  return addresses
}

// c-ares, not getaddrinfo: a slow name server of a stranger must not hold the thread pool, and /etc/hosts names no client.
async function resolveByDns(hostname: string, signal: AbortSignal): Promise<string[]> {
  const resolver = new Resolver({ timeout: 1_500, tries: 2 })
  const stop = () => resolver.cancel()
  signal.addEventListener('abort', stop, { once: true })
  try {
    const answers = await Promise.allSettled([
      resolver.resolve4(hostname),
      resolver.resolve6(hostname),
    ])
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** Answers what was looked at before, whoever asks. */
function pinnedLookup(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  return (_hostname, options, callback) => {
    const [first] = all
    if (options.all) callback(null, all)
    else callback(null, first?.address ?? '', first?.family ?? 4)
  }
}

function asDocumentError(error: unknown): ClientDocumentError {
  if (error instanceof ClientDocumentError) return error
  const { name, code } = error as { name?: unknown; code?: unknown }
  if (error instanceof SyntaxError) {
    // Without its cause, whose message quotes the document.
    return new ClientDocumentError('invalid', 'the document is not JSON')
  }
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return new ClientDocumentError('invalid', 'the document is larger than 64 KiB', {
      cause: error,
    })
  }
  // Names only: a message may quote what was received.
  const what = typeof code === 'string' ? code : String(name)
  return new ClientDocumentError('unreachable', `the document cannot be fetched: ${what}`, {
    cause: error,
  })
}
