/**
 * POST /authorize/process: what the person answered on our pages.
 *
 * `step=consent` (Allow, Cancel; which provider, where there are several: shown again where nobody said) and `step=person`
 * (continue, switch, cancel) arrive sealed, from our own origin, with the cookie of the browser that was shown the page, and
 * each is taken once; so many a minute (429). Reads and writes `spent`, `transaction`, `login`.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { newTransactionId } from '../http/browser-cookie.ts'
import { refuseForeignPost } from '../http/foreign-post.ts'
import { formOf } from '../http/form-body.ts'
import { spendLogin } from '../http/login-limit.ts'
import type { Form } from '../oauth/form.ts'
import { PageError } from '../pages/page-error.ts'
import type { AuthorizationRequest } from '../store/records/login.ts'
import { chooseProvider } from '../upstream/choose-provider.ts'
import type { Identity, Upstream } from '../upstream/upstream.ts'
import { redirectWithError } from './authorization-response.ts'
import { type InteractionForm, unsealForm } from './interaction.ts'
import { prepareLogin } from './login.ts'
import { withLoginHint } from './login-hint.ts'
import { nextStep } from './next-step.ts'
import { respond } from './respond.ts'
import type { AuthorizationRoom } from './room.ts'
import { showConsent } from './show-consent.ts'
import { standingTarget } from './standing-target.ts'

type ConsentForm = Extract<InteractionForm, { step: 'consent' }>
type PersonForm = Extract<InteractionForm, { step: 'person' }>

const consentDecision = z.enum(['allow', 'cancel'])
const personDecision = z.enum(['continue', 'switch', 'cancel'])

export function consentEndpoint(app: FastifyInstance, room: AuthorizationRoom): void {
  app.post('/authorize/process', async (request, reply) => {
    refuseForeignPost(request, room.urls.origin)
    const form = formOf(request)
    const interaction = await unsealForm(room.keys, form.get('request'))
    if (room.cookies.prove(request, interaction.id, interaction.browser) === undefined) {
      throw new PageError('wrong_browser', 400, 'the form was shown to another browser')
    }
    await spendLogin(room, request)
    return interaction.step === 'consent'
      ? answerConsent(room, request, reply, interaction, form)
      : answerPerson(room, request, reply, interaction, form.get('decision'))
  })
}

async function answerConsent(
  room: AuthorizationRoom,
  request: FastifyRequest,
  reply: FastifyReply,
  form: ConsentForm,
  answer: Form,
): Promise<FastifyReply> {
  const consent = understood(consentDecision, answer.get('decision'))
  const isLogin = nextStep({ consent }, room.config.CONFIRM_PERSON) === 'log_in'
  const email = answer.get('email')
  const upstream = chooseProvider(room.providers, { provider: answer.get('provider'), email })
  if (upstream === 'unknown') throw new PageError('expired', 400, 'no page offers that provider')
  if (isLogin && upstream === 'open') {
    return showConsent(room, request, reply, form.request, answer.get('request') ?? '', true)
  }
  // Asked before the form is used up: while the provider is down the person can press Allow again.
  const login =
    isLogin && upstream !== 'open'
      ? await prepareLogin(
          room,
          form.id,
          withLoginHint(room.providers, form.request, upstream, email),
          upstream,
        )
      : undefined
  const { pushed } = form.request
  // Two pages of one request_uri are one question (RFC 9126 §7.3).
  if (await room.store.claim('spent', pushed ?? form.id, { version: 1 })) {
    throw new PageError('already_used', 400, 'the consent form was answered before')
  }
  if (pushed !== undefined) await room.store.drop('pushed', pushed)
  room.audit(login ? 'consent_given' : 'consent_denied', {
    client_id: form.request.client_id,
    redirect_uri: form.request.redirect_uri,
    scope: form.request.scopes,
  })
  return login ? login.start(request, reply) : deny(room, reply, form.id, form.request)
}

async function answerPerson(
  room: AuthorizationRoom,
  request: FastifyRequest,
  reply: FastifyReply,
  form: PersonForm,
  decision: string | undefined,
): Promise<FastifyReply> {
  const person = understood(personDecision, decision)
  const pending = await room.store.get('login', form.id)
  if (!pending) throw new PageError('expired', 400, 'the login is gone')
  const next = nextStep(
    {
      consent: 'allow',
      login: { startedAt: pending.startedAt, authenticatedAt: undefined },
      person,
    },
    room.config.CONFIRM_PERSON,
  )
  const id = newTransactionId()
  const again =
    next === 'log_in_again'
      ? await prepareLogin(room, id, pending.request, providerOf(room, pending), {
          prompt: 'login',
        })
      : undefined
  const taken = await room.store.consume('login', form.id)
  if (!taken?.first) throw new PageError('already_used', 400, 'the page was answered before')
  if (again) {
    room.cookies.clear(reply, form.id)
    return again.start(request, reply)
  }
  if (next === 'deny') return deny(room, reply, form.id, pending.request)
  const identity = room.keys.decrypt(`login:${form.id}`, taken.record.identity)
  if (identity === undefined) throw new PageError('expired', 400, 'the login cannot be opened')
  room.cookies.clear(reply, form.id)
  return respond(room, request, reply, pending, JSON.parse(identity) as Identity)
}

/** @throws PageError where the operator took it out meanwhile */
function providerOf(room: AuthorizationRoom, { provider }: { provider: string }): Upstream {
  const upstream = room.providers.find(provider)
  if (!upstream) throw new PageError('expired', 400, 'the provider is no longer configured')
  return upstream
}

async function deny(
  room: AuthorizationRoom,
  reply: FastifyReply,
  id: string,
  authorization: AuthorizationRequest,
): Promise<FastifyReply> {
  room.cookies.clear(reply, id)
  const target = await standingTarget(room, authorization)
  return redirectWithError(reply, target, room.urls.issuer, 'access_denied', 'the person declined')
}

function understood<T>(decisions: z.ZodType<T>, decision: string | undefined): T {
  const parsed = decisions.safeParse(decision)
  if (!parsed.success) throw new PageError('expired', 400, 'the decision is not one of the page')
  return parsed.data
}
