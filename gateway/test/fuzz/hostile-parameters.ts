/** Arbitrary parameters: known names with hostile values, and hostile names. A new parameter is one line. */
import fc from 'fast-check'
import { text } from './hostile-text.ts'

const PARAMETERS = [
  // RFC 6749, RFC 7636, RFC 8707, RFC 9207, OpenID Connect Core §3.1.2.1
  'client_id',
  'client_secret',
  'redirect_uri',
  'response_type',
  'response_mode',
  'state',
  'scope',
  'resource',
  'code_challenge',
  'code_challenge_method',
  'nonce',
  'prompt',
  'max_age',
  'login_hint',
  'ui_locales',
  'display',
  'acr_values',
  'claims',
  'request',
  'request_uri',
  'grant_type',
  'code',
  'code_verifier',
  'refresh_token',
  'iss',
  'error',
  'error_description',
  // RFC 7009, RFC 7662, RFC 7521 §4.2, RFC 9449
  'token',
  'token_type_hint',
  'access_token',
  'client_assertion',
  'client_assertion_type',
  'assertion',
  'dpop_jkt',
  // The forms of our pages.
  'decision',
]

/** A known name, also nested, in capitals or with something after it; or any. */
export const name: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...PARAMETERS) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...PARAMETERS), fc.constantFrom('[]', '[a][b]', '.x', '\u0000', ' '))
      .map(([known, more]) => known + more),
  },
  { weight: 1, arbitrary: fc.constantFrom(...PARAMETERS).map((known) => known.toUpperCase()) },
  { weight: 1, arbitrary: text },
)

/** @param real values that are right somewhere */
function pairs(real: readonly string[]): fc.Arbitrary<[string, string][]> {
  const value = fc.oneof(text, fc.constantFrom(...real))
  return fc.array(fc.tuple(name, value), { maxLength: 12 })
}

/** Pairs as a form encodes them, or bytes that are no such encoding. */
export function encoded(real: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 4, arbitrary: pairs(real).map((list) => new URLSearchParams(list).toString()) },
    {
      weight: 1,
      arbitrary: fc
        .array(fc.constantFrom('&', '=', '%', '%zz', '%00', '%c3%28', '+', '?', 'state', 'a', ';'))
        .map((parts) => parts.join('')),
    },
  )
}
