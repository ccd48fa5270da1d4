/**
 * Which of a client's headers go inward: an allow-list, so that nothing that a client invents (identity headers, cookies,
 * its own Authorization) can speak to mcp in our name.
 */

/** `mcp-session-id` and every other `mcp-*` come by their prefix. Content-Length is ours to decide, from the framing. */
const ALLOWED = [
  'content-type',
  'accept',
  'last-event-id',
  'user-agent',
  // W3C Trace Context §3, Baggage §3
  'traceparent',
  'tracestate',
  'baggage',
]
const PREFIX = 'mcp-'
const BOTH_KINDS = 'application/json, text/event-stream'

export interface InwardHeaders {
  /** Names and values in turn, as undici takes them. */
  headers: string[]
  /** Bytes of the body; undefined where it is chunked; 0 where there is none. */
  bodyLength: number | undefined
}

/** @param more lower-case names that go inward too */
export function createInwardHeaders(
  more: readonly string[],
): (rawHeaders: readonly string[], authorization: string) => InwardHeaders {
  const allowed = new Set([...ALLOWED, ...more])

  return (rawHeaders, authorization) => {
    const headers = ['authorization', authorization]
    const hopByHop = connectionOptions(rawHeaders)
    let accept: string | undefined
    let bodyLength: number | undefined = 0
    for (let at = 0; at < rawHeaders.length; at += 2) {
      const name = (rawHeaders[at] ?? '').toLowerCase()
      const value = rawHeaders[at + 1] ?? ''
      if (name === 'content-length') bodyLength = Number(value)
      else if (name === 'transfer-encoding') bodyLength = undefined
      else if (!allowed.has(name) && !name.startsWith(PREFIX)) continue
      else if (hopByHop?.has(name)) continue
      else if (name === 'accept') accept = accept === undefined ? value : `${accept}, ${value}`
      else headers.push(name, value)
    }
    // C54: clients send any kind or none; servers built on the SDK insist on both kinds being named.
    headers.push('accept', accept === undefined || accept.includes('*/*') ? BOTH_KINDS : accept)
    return { headers, bodyLength }
  }
}

/** RFC 9110 §7.6.1: what `Connection` names was meant for us. Undefined where it names nothing unusual. */
function connectionOptions(rawHeaders: readonly string[]): Set<string> | undefined {
  let named: Set<string> | undefined
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]
    if (name?.length !== 10 || name.toLowerCase() !== 'connection') continue
    const value = (rawHeaders[at + 1] ?? '').toLowerCase()
    if (value === 'keep-alive' || value === 'close') continue
    named ??= new Set()
    for (const option of value.split(',')) named.add(option.trim())
  }
  return named
}
