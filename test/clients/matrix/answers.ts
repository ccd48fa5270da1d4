/** What every client needs of an answer, whoever it is: the parsers in the field are strict about these. */
import type { Test } from 'tap'

export type Answer = Record<string, unknown>

/** C18, C43: `null` and `""` break parsers that know a member to be optional. */
export function hasNothingEmpty(t: Test, answer: Answer, what: string): void {
  const empty = Object.keys(answer).filter((name) => answer[name] === null || answer[name] === '')
  t.strictSame(empty, [], `${what}: nothing is null or empty`)
}

/** RFC 7591 §3.2.1 */
export function isRegistration(t: Test, status: number, answer: Answer, asked: Answer): void {
  t.equal(status, 201, 'C18: a registration is answered 201')
  hasNothingEmpty(t, answer, 'C18: the registration')
  t.type(answer.client_id, 'string')
  t.strictSame(answer.redirect_uris, asked.redirect_uris, 'C18: redirect_uris come back')
  t.type(answer.client_id_issued_at, 'number', 'C18: a number is a number')
  const method = answer.token_endpoint_auth_method
  if (asked.token_endpoint_auth_method === undefined) {
    t.type(method, 'string', 'C17: a method that was not asked for is named')
  } else {
    t.equal(method, asked.token_endpoint_auth_method, 'C17: the asked method comes back')
  }
  if (method === 'none') {
    t.notOk('client_secret' in answer, 'C17: no secret where the method uses none')
  } else {
    t.match(answer.client_secret, /^[A-Za-z0-9_-]+$/, 'C42: a secret that needs no encoding')
    t.equal(answer.client_secret_expires_at, 0, 'C18: it does not expire')
  }
}

/** RFC 6749 §5.1. @throws where there are none: nothing that follows could be more than an echo of it */
export function isTokens(
  t: Test,
  response: { status: number; headers: Headers },
  answer: Answer,
): void {
  if (response.status !== 200) {
    throw new Error(`no tokens: ${response.status} ${answer.error} ${answer.error_description}`)
  }
  t.match(response.headers.get('content-type'), /^application\/json/, 'C43: JSON')
  t.equal(response.headers.get('cache-control'), 'no-store', 'C43')
  hasNothingEmpty(t, answer, 'C43: the tokens')
  t.equal(answer.token_type, 'Bearer', 'C43')
  t.ok(Number.isInteger(answer.expires_in), 'C43: expires_in is an integer')
  t.ok(Number(answer.expires_in) > 600, 'C45: more than twice five minutes')
  t.type(answer.access_token, 'string')
  t.type(answer.refresh_token, 'string', 'C44: a refresh token, asked for or not')
  t.match(answer.scope, 'school:read', 'C43, C36: the scopes of this house, whatever was asked')
}
