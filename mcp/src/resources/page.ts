/** One page of a long list, by an opaque cursor (MCP, Pagination). */
import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server'
import { LONGEST_URI, targetOf } from './school-uri.ts'

export interface Page {
  uris: string[]
  nextCursor?: string
}

/** A cursor names the last URI that was given, so that what comes or goes meanwhile shifts no page. */
export function pageOf(uris: readonly string[], cursor: string | undefined, size: number): Page {
  const after = cursor === undefined ? '' : decode(cursor)
  const following = uris.filter((uri) => uri > after).sort()
  const page = following.slice(0, size)
  const last = page.at(-1)
  const more = following.length > size && last !== undefined
  return { uris: page, ...(more && { nextCursor: encode(last) }) }
}

function encode(uri: string): string {
  return Buffer.from(uri).toString('base64url')
}

/** @throws ProtocolError -32602 for what this server cannot have given */
function decode(cursor: string): string {
  const uri = cursor.length > 2 * LONGEST_URI ? '' : Buffer.from(cursor, 'base64url').toString()
  if (targetOf(uri) === undefined || encode(uri) !== cursor) {
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'Invalid cursor')
  }
  return uri
}
