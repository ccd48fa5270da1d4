/**
 * POST /backchannel-logout, POST /backchannel-logout/<provider>: the provider says that a session, or a person, is logged out
 * (OpenID Connect Back-Channel Logout 1.0 §2.5).
 *
 * The logout token is all the proof there is. Each is obeyed once, by its jti: reads and writes `logout` and `ended`, revokes
 * grants. Answers 200; 400 for what must not be obeyed, a token that was used included (§2.6, §2.8); 503 where we or the
 * provider's keys fail, so that it comes again (§2.5): where it was ours, this process goes on with it by itself.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { formOf } from '../http/form-body.ts'
import { NO_STORE } from '../http/no-store.ts'
import { OAuthError } from '../oauth/error.ts'
import { DEFAULT_PROVIDER } from '../oauth/issuer.ts'
import { sha256 } from '../oauth/token-value.ts'
import { StoreUnavailableError } from '../store/store.ts'
import { type LogoutToken, type Upstream, UpstreamError } from '../upstream/upstream.ts'
import type { LogoutRoom } from './room.ts'
import { createUnfinishedLogouts, type UnfinishedLogouts } from './unfinished-logouts.ts'

/** Characters; real ones have less than a thousand. */
const MAX_TOKEN = 16 * 1024

export function backchannelLogoutEndpoint(app: FastifyInstance, room: LogoutRoom): void {
  const unfinished = createUnfinishedLogouts(app)
  app.post('/backchannel-logout', (request, reply) =>
    answer(room, unfinished, request, reply, DEFAULT_PROVIDER),
  )
  app.post<{ Params: { provider: string } }>('/backchannel-logout/:provider', (request, reply) =>
    answer(room, unfinished, request, reply, request.params.provider),
  )
}

async function answer(
  room: LogoutRoom,
  unfinished: UnfinishedLogouts,
  request: FastifyRequest,
  reply: FastifyReply,
  provider: string,
): Promise<FastifyReply> {
  const upstream = room.providers.find(provider)
  if (!upstream) throw new OAuthError('invalid_request', 'no such provider')
  // §2.5: other values are ignored.
  const token = formOf(request).require('logout_token')
  if (token.length > MAX_TOKEN) throw refused(room, provider, 'the logout token is too large')
  const proven = await verified(room, upstream, token)
  const id = sha256(JSON.stringify([proven.iss, proven.jti]))
  const at = room.now()
  const goOn = unfinished.take(id) ?? (() => obey(room, id, proven, at))
  const why = await goOn().catch((error: unknown) => {
    if (error instanceof StoreUnavailableError) unfinished.add(id, goOn)
    throw error
  })
  // §2.6 step 8, and then 400 as for every other step that fails
  if (why !== undefined) throw refused(room, provider, why)
  return reply.headers(NO_STORE).code(200).send()
}

async function verified(room: LogoutRoom, upstream: Upstream, token: string): Promise<LogoutToken> {
  try {
    return await upstream.verifyLogoutToken(token)
  } catch (cause) {
    if (!(cause instanceof UpstreamError)) throw cause
    if (cause.kind === 'invalid') throw refused(room, upstream.id, cause.message)
    throw new OAuthError('temporarily_unavailable', 'the token cannot be verified at present', {
      retryAfter: 5,
      cause,
    })
  }
}

/**
 * What is done is done as of the first time that the token came, so that a repeat ends nothing that began since; and a token
 * whose obedience failed halfway is obeyed when it comes again. Returns why it must not be obeyed.
 */
async function obey(
  room: LogoutRoom,
  id: string,
  token: LogoutToken,
  at: number,
): Promise<string | undefined> {
  const first = { version: 1, at, obeyed: false } as const
  const known = (await room.store.claim('logout', id, first)) ?? first
  if (known.obeyed) return 'the logout token was used before'
  await room.endedSessions.end(token, known.at)
  await room.store.replace('logout', id, { ...known, obeyed: true })
  const taken = await room.store.consume('logout', id)
  return taken?.first ? undefined : 'the logout token is used at another replica'
}

function refused(room: LogoutRoom, provider: string, detail: string): OAuthError {
  room.audit('logout_refused', { provider, why: detail })
  return new OAuthError('invalid_request', 'the logout token is not valid', { detail })
}
