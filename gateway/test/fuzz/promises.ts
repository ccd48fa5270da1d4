/** What every answer of the gateway keeps, whatever was asked. */
import fc from 'fast-check'
import type { LightMyRequestResponse } from 'fastify'
import type { Test } from 'tap'
import { ISSUER } from '../support/stub-upstream.ts'

/** RFC 6749 §4.1.2.1 and §5.2, and the registries of what builds on it; not_found is what has no endpoint. */
const CODES = new Set(
  `invalid_request invalid_client invalid_grant unauthorized_client unsupported_grant_type invalid_scope access_denied
  unsupported_response_type server_error temporarily_unavailable invalid_redirect_uri invalid_client_metadata
  invalid_target invalid_token insufficient_scope interaction_required login_required request_not_supported
  request_uri_not_supported invalid_request_uri invalid_request_object unsupported_token_type invalid_dpop_proof
  use_dpop_nonce not_found`.split(/\s+/),
)
/** The person's page of a door at its default address. */
const ACCOUNT = 'http://localhost:3000/account'
// RFC 6749 §5.2
const DESCRIPTION = /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/

/** @param redirectUris registered ones */
export function brokenPromise(
  { statusCode, headers, body }: LightMyRequestResponse,
  redirectUris: readonly string[],
): string | undefined {
  const type = String(headers['content-type'] ?? '')
  if (statusCode >= 500) return `a ${statusCode}`
  if (headers['x-content-type-options'] !== 'nosniff') return 'no nosniff'
  if (type.startsWith('text/html') && /<script/i.test(body)) return 'a script in a page'
  if (
    !/^($|text\/html; charset=utf-8$|application\/json|text\/plain; version=|image\/x-icon)/.test(
      type,
    )
  )
    return type
  if (statusCode >= 400 && body !== '' && type.startsWith('application/json')) {
    const { error, error_description } = JSON.parse(body)
    if (!CODES.has(error)) return `the error ${error}`
    if (error_description !== undefined && !DESCRIPTION.test(error_description)) {
      return `the description ${error_description}`
    }
    if (/<script/i.test(body)) return 'a script in an error'
  }
  const cookies = [headers['set-cookie'] ?? []].flat()
  if (cookies.some((cookie) => !/; HttpOnly; SameSite=Lax$/.test(cookie))) return `${cookies}`
  return strayRedirect(statusCode, headers.location, redirectUris)
}

function strayRedirect(
  status: number,
  location: string | undefined,
  redirectUris: readonly string[],
): string | undefined {
  if (location === undefined) return status === 303 ? 'a 303 to nowhere' : undefined
  const home = redirectUris.some(
    (uri) => location.startsWith(`${uri}?`) || location.startsWith(`${uri}&`),
  )
  const provider = location.startsWith(`${ISSUER}/auth?`)
  // Who has no session is sent from the instructor's page to their own.
  const account = location === ACCOUNT
  return status === 303 && (home || provider || account) ? undefined : `${status} to ${location}`
}

/** Asserts that a property holds; the message has the seed and the path by which it fails again. */
export async function holds<T>(
  t: Test,
  property: fc.IAsyncProperty<T>,
  numRuns: number,
  title = `${numRuns} runs`,
): Promise<void> {
  const run = await fc.check(property, { numRuns })
  t.equal(run.failed ? await fc.asyncDefaultReportMessage(run) : '', '', title)
}
