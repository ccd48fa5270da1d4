/**
 * Further parameters that the operator sends with each login, for what one provider knows: `kc_idp_hint`, `domain_hint`, `hd`,
 * `audience`, `prompt`. What a login itself decides is never one of them.
 */

/** RFC 6749 §4.1.1, RFC 7636 §4.3, RFC 9101 §5, OpenID Connect Core §3.1.2.1, RFC 9449 §10 and what would be a secret in a URL. */
const OURS = new Set([
  'client_id',
  'redirect_uri',
  'response_type',
  'response_mode',
  'scope',
  'state',
  'nonce',
  'request',
  'request_uri',
  'registration',
  'id_token_hint',
  'login_hint',
  'dpop_jkt',
  'code',
  'iss',
  'error',
])
const OURS_BY_PREFIX = /^(code_challenge|code_verifier|client_secret|client_assertion)/
/** RFC 6749 appendix A: name-char, and here a little less. */
const NAME = /^[A-Za-z][\w.-]{0,63}$/
const MAX_VALUE = 1024

/** What is wrong with them, each with its name. */
export function parameterProblems(parameters: Readonly<Record<string, string>>): string[] {
  return Object.entries(parameters).flatMap(([name, value]) => {
    if (!NAME.test(name)) return ['has a name that is none']
    const known = name.toLowerCase()
    if (OURS.has(known) || OURS_BY_PREFIX.test(known)) {
      return [`must not name ${name}: each login decides it`]
    }
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
    if (value === '' || value.length > MAX_VALUE || /[\u0000-\u001f\u007f]/.test(value)) {
      return [`has no usable value for ${name}`]
    }
    // OpenID Connect Core §3.1.2.1: nobody who has yet to log in could.
    if (known === 'prompt' && value.split(' ').includes('none')) {
      return ['must not have prompt=none: nobody could log in']
    }
    return []
  })
}
