/** What a client asks at /authorize, checked in the order that keeps an error from being redirected astray. */
import type { Client } from '../clients/client.ts'
import { OAuthError } from '../oauth/error.ts'
import { type Form, readForm } from '../oauth/form.ts'
import type { PublicUrls } from '../oauth/issuer.ts'
import { isCodeChallenge } from '../oauth/pkce.ts'
import { isRegistered, loopbackWithoutPort } from '../oauth/redirect-uri.ts'
import { canonicalResource } from '../oauth/resource-indicator.ts'
import { askedScopes } from '../oauth/scope.ts'
import { PageError } from '../pages/page-error.ts'
import type { AuthorizationRequest } from '../store/records/login.ts'
import { type ProvenTarget, RedirectableError } from './authorization-response.ts'

// A state beyond this is no client's (2 kB and more are real: C37), and it travels sealed inside our own form.
const MAX_STATE = 8192
const MAX_TEXT = 1024

/**
 * @throws PageError while the redirect URI is not proven (RFC 6749 §4.1.2.1)
 * @throws RedirectableError afterwards
 */
export function readAuthorizationRequest(
  parameters: URLSearchParams,
  client: Client,
  urls: PublicUrls,
): AuthorizationRequest {
  const redirect_uri = provenRedirectUri(parameters, client)
  const states = parameters.getAll('state')
  const target: ProvenTarget = {
    redirect_uri,
    // A repeated state has no one value that could be returned.
    state: states.length === 1 && states[0] ? states[0] : undefined,
  }
  try {
    return readChecked(readForm(parameters), client, target, urls)
  } catch (error) {
    if (error instanceof OAuthError) throw new RedirectableError(target, error)
    throw error
  }
}

// RFC 6749 §3.1.2.3: it may be left out only where exactly one is registered, and that one with its port.
function provenRedirectUri(parameters: URLSearchParams, client: Client): string {
  const [requested, ...more] = parameters.getAll('redirect_uri')
  if (more.length > 0) {
    throw new PageError('invalid_redirect_uri', 400, 'redirect_uri is repeated')
  }
  const [only, ...others] = client.redirect_uris
  const isWhole = only !== undefined && loopbackWithoutPort(only) === undefined
  if (!requested && isWhole && others.length === 0) return only
  if (!requested || !isRegistered(requested, client.redirect_uris)) {
    throw new PageError('invalid_redirect_uri', 400, 'redirect_uri is not registered')
  }
  return requested
}

function readChecked(
  form: Form,
  client: Client,
  target: ProvenTarget,
  urls: PublicUrls,
): AuthorizationRequest {
  // OpenID Connect Core §6.1, §6.2: what is not supported is refused, not ignored.
  if (form.has('request')) throw new OAuthError('request_not_supported', 'request is not supported')
  if (form.has('request_uri')) {
    throw new OAuthError('request_uri_not_supported', 'request_uri is not supported')
  }
  if (form.require('response_type') !== 'code') {
    throw new OAuthError('unsupported_response_type', 'only response_type=code is supported')
  }
  if ((form.get('response_mode') ?? 'query') !== 'query') {
    throw new OAuthError('invalid_request', 'only response_mode=query is supported')
  }
  // RFC 7636 §4.4.1 (and §4.3: no method means plain, which is refused).
  const code_challenge = form.require('code_challenge')
  if (form.get('code_challenge_method') !== 'S256') {
    throw new OAuthError('invalid_request', 'code_challenge_method must be S256')
  }
  if (!isCodeChallenge(code_challenge)) {
    throw new OAuthError('invalid_request', 'code_challenge is not the base64url of a SHA-256')
  }
  const resource = canonicalResource(form.get('resource'), urls)
  const prompt = readPrompt(form.get('prompt'))
  const max_age = readMaxAge(form.get('max_age'))
  const dpop_jkt = form.get('dpop_jkt')
  if (dpop_jkt !== undefined && !isCodeChallenge(dpop_jkt)) {
    throw new OAuthError('invalid_request', 'dpop_jkt is not the base64url of a SHA-256')
  }
  if ((target.state?.length ?? 0) > MAX_STATE) {
    throw new OAuthError('invalid_request', 'state is too long')
  }
  const scope = form.get('scope')
  const ui_locales = form.get('ui_locales')
  const login_hint = form.get('login_hint')
  return {
    client_id: client.client_id,
    ...(client.client_name === undefined ? {} : { client_name: client.client_name }),
    redirect_uri: target.redirect_uri,
    ...(target.state === undefined ? {} : { state: target.state }),
    code_challenge,
    resource,
    scopes: askedScopes(scope),
    ...(scope === undefined ? {} : { scope_asked: scope.slice(0, MAX_TEXT) }),
    ...(ui_locales === undefined ? {} : { ui_locales: ui_locales.slice(0, MAX_TEXT) }),
    ...(login_hint === undefined ? {} : { login_hint: login_hint.slice(0, MAX_TEXT) }),
    ...(prompt === undefined ? {} : { prompt }),
    ...(max_age === undefined ? {} : { max_age }),
    ...(dpop_jkt === undefined ? {} : { dpop_jkt }),
  }
}

/** OpenID Connect Core §3.1.2.1. `consent` is met by our page; what is not known is ignored (C34). */
function readPrompt(value: string | undefined): AuthorizationRequest['prompt'] {
  const asked = (value ?? '').split(' ').filter((each) => each !== '')
  if (asked.includes('none')) {
    if (asked.length > 1) throw new OAuthError('invalid_request', 'prompt=none stands alone')
    // Our page is always shown, so it can never be met.
    throw new OAuthError('interaction_required', 'the person is always asked')
  }
  // Who chooses an account does not have to prove it anew, so of the two the stricter is kept.
  return (['login', 'select_account'] as const).find((each) => asked.includes(each))
}

/** Seconds. */
function readMaxAge(value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  if (!/^\d{1,9}$/.test(value)) throw new OAuthError('invalid_request', 'max_age is no number')
  return Number(value)
}

/** The target of a request that was checked before: it was proven when it was read. */
export function targetOf(request: AuthorizationRequest): ProvenTarget {
  return { redirect_uri: request.redirect_uri, state: request.state }
}
