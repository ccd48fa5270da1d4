/**
 * GET /callback, GET /callback/<provider>: back from a provider (OpenID Connect Core §3.1.2.5; RFC 9207 §2.4; RFC 9700 §4.7).
 *
 * Each provider has a callback of its own, and who was sent to one comes back from no other (RFC 9700 §4.4.2). Only the browser
 * that consented may finish; then the transaction is taken, once. Reads and writes `transaction`, writes `login` where the
 * person is asked who they are, else a grant. Answers a page or a 303 to the client. A login that was begun on the person's own
 * page is handed to that room, and no code comes of it.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isTransactionId, loginChecks } from '../http/browser-cookie.ts'
import { queryOf } from '../oauth/form.ts'
import { DEFAULT_PROVIDER } from '../oauth/issuer.ts'
import { chooseLocale } from '../pages/locale.ts'
import { PageError } from '../pages/page-error.ts'
import { pageHeaders } from '../pages/page-headers.ts'
import { personPage } from '../pages/person-page.ts'
import type { AccountTransaction, TransactionRecord } from '../store/records/login.ts'
import { displayName } from '../students/display-name.ts'
import { type Identity, type Upstream, UpstreamError } from '../upstream/upstream.ts'
import { redirectWithError } from './authorization-response.ts'
import { sealForm } from './interaction.ts'
import { nextStep } from './next-step.ts'
import { respond } from './respond.ts'
import type { AuthorizationRoom } from './room.ts'
import { standingTarget } from './standing-target.ts'

/** Milliseconds. */
const CLOCK_SKEW = 60_000

export function upstreamCallbackEndpoint(app: FastifyInstance, room: AuthorizationRoom): void {
  app.get('/callback', (request, reply) => comeBack(room, request, reply, DEFAULT_PROVIDER))
  app.get<{ Params: { provider: string } }>('/callback/:provider', (request, reply) =>
    comeBack(room, request, reply, request.params.provider),
  )
}

async function comeBack(
  room: AuthorizationRoom,
  request: FastifyRequest,
  reply: FastifyReply,
  provider: string,
): Promise<FastifyReply> {
  const upstream = room.providers.find(provider)
  if (!upstream) throw new PageError('expired', 400, 'the callback is no provider’s')
  // Only the query is the browser's: our own address is not taken from the request.
  const currentUrl = new URL(room.urls.callbackOf(provider))
  currentUrl.search = queryOf(request.raw.url)
  const [id, ...more] = currentUrl.searchParams.getAll('state')
  if (!isTransactionId(id) || more.length > 0) {
    throw new PageError('expired', 400, 'the callback has no state of ours')
  }
  const { transaction, cookie } = await take(room, request, id)
  let identity: Identity
  try {
    sameProvider(transaction, upstream)
    identity = await upstream.callback(currentUrl, loginChecks(id, cookie))
    if (identity.iss !== transaction.iss) throw mixedUp('the identity is of another issuer')
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error
    room.cookies.clear(reply, id)
    if (transaction.purpose === 'account') throw room.account.loginFailed(transaction, error)
    return loginFailed(room, request, reply, transaction, error)
  }
  if (transaction.purpose === 'account') {
    room.cookies.clear(reply, id)
    return room.account.enter(request, reply, transaction, identity)
  }
  const login = {
    startedAt: transaction.startedAt,
    authenticatedAt: authenticatedAt(identity, room.now()),
    notBefore: earliestLogin(transaction),
  }
  const next = nextStep({ consent: 'allow', login }, room.config.CONFIRM_PERSON)
  if (next === 'confirm_person') {
    // The person has as long for this page as for the login: the browser's proof lives on with the form.
    room.cookies.bind(request, reply, id, cookie)
    return askPerson(room, request, reply, id, transaction, identity)
  }
  room.cookies.clear(reply, id)
  if (next === 'require_login') {
    const target = await standingTarget(room, transaction.request)
    const description = 'the provider did not log the person in anew'
    return redirectWithError(reply, target, room.urls.issuer, 'login_required', description)
  }
  return respond(room, request, reply, transaction, identity)
}

/** RFC 9700 §4.4.2: compared before anything is sent to a token endpoint, so that a code never goes to another provider. */
function sameProvider(
  { provider, iss }: TransactionRecord | AccountTransaction,
  upstream: Upstream,
): void {
  if (provider !== upstream.id) throw mixedUp('the login was begun at another provider')
  if (iss !== upstream.issuer) throw mixedUp('the provider had another issuer when the login began')
}

function mixedUp(detail: string): UpstreamError {
  return new UpstreamError('invalid', detail)
}

/** Milliseconds: what the client asked for, less what clocks may differ. */
function earliestLogin({ startedAt, request }: TransactionRecord): number | undefined {
  const { max_age, prompt } = request
  const age = prompt === 'login' ? 0 : max_age
  return age === undefined ? undefined : startedAt - age * 1000 - CLOCK_SKEW
}

/** Milliseconds. A time to come says nothing of a login: it counts as absent, so that the person is asked. */
function authenticatedAt({ auth_time }: Identity, now: number): number | undefined {
  const time = auth_time === undefined ? undefined : auth_time * 1000
  return time === undefined || time > now + CLOCK_SKEW ? undefined : time
}

// The browser is proven before the transaction is taken, so that nobody else can use it up.
async function take(
  room: AuthorizationRoom,
  request: FastifyRequest,
  id: string,
): Promise<{ transaction: TransactionRecord | AccountTransaction; cookie: string }> {
  const known = await room.store.get('transaction', id)
  if (!known) throw new PageError('expired', 400, 'no such transaction, or it is too old')
  const cookie = room.cookies.prove(request, id, known.browser)
  if (cookie === undefined) {
    throw new PageError('wrong_browser', 400, 'the callback comes from another browser')
  }
  const taken = await room.store.consume('transaction', id)
  if (!taken?.first) throw new PageError('already_used', 400, 'the callback was used before')
  return { transaction: taken.record, cookie }
}

async function loginFailed(
  room: AuthorizationRoom,
  request: FastifyRequest,
  reply: FastifyReply,
  { request: authorization, provider }: TransactionRecord,
  error: UpstreamError,
): Promise<FastifyReply> {
  const { kind } = error
  request.log.warn({ err: error, kind, provider }, 'login at the provider failed')
  room.audit('login_failed', { client_id: authorization.client_id, kind, provider })
  // Three failures of the provider are three answers (RFC 6749 §4.1.2.1); none repeats what the provider said.
  const answer = {
    declined: ['access_denied', 'the login was declined'],
    invalid: ['access_denied', 'the login could not be verified'],
    unavailable: ['temporarily_unavailable', 'the login provider does not answer'],
    misconfigured: ['server_error', 'the login provider refused this server'],
  } as const
  const [code, description] = answer[error.kind]
  const target = await standingTarget(room, authorization)
  return redirectWithError(reply, target, room.urls.issuer, code, description)
}

/** A session that was alive before this authorization is somebody’s, perhaps somebody else’s: it is never bound silently. */
async function askPerson(
  room: AuthorizationRoom,
  request: FastifyRequest,
  reply: FastifyReply,
  id: string,
  transaction: TransactionRecord,
  identity: Identity,
): Promise<FastifyReply> {
  await room.store.put('login', id, {
    version: 1,
    request: transaction.request,
    browser: transaction.browser,
    provider: transaction.provider,
    identity: room.keys.encrypt(`login:${id}`, JSON.stringify(identity)),
    startedAt: transaction.startedAt,
  })
  const sealed = await sealForm(
    room.keys,
    { step: 'person', id, browser: transaction.browser },
    room.now() + room.config.LOGIN_TTL * 1000,
  )
  return reply.headers(pageHeaders).send(
    personPage({
      locale: chooseLocale(transaction.request.ui_locales, request.headers['accept-language']),
      personName: displayName(identity),
      clientName: transaction.request.client_name,
      redirectUri: transaction.request.redirect_uri,
      sealed,
      action: room.urls.authorizeProcess,
    }),
  )
}
