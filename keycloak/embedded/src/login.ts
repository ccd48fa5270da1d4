/** The provider's login form: GET shows it, POST checks it. No password is compared by length or early end. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Provider } from 'oidc-provider'
import { loginPage } from './login-page.ts'
import type { Realm, RealmUser } from './realm.ts'

const BODY_LIMIT = 16_384
export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
}

export async function login(
  provider: Provider,
  realm: Realm,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const interaction = await provider.interactionDetails(request, response)
  const { params } = interaction
  const show = (status: number, username: string, failed: boolean) =>
    response.writeHead(status, PAGE_HEADERS).end(
      loginPage({
        preference: text(params.ui_locales) ?? request.headers['accept-language'],
        action: request.url ?? '',
        username,
        failed,
      }),
    )
  if (request.method !== 'POST') {
    show(200, text(params.login_hint) ?? '', false)
    return
  }
  const { origin } = request.headers
  if (origin !== undefined && origin !== new URL(provider.issuer).origin) {
    response.writeHead(403, PAGE_HEADERS).end()
    return
  }
  const form = new URLSearchParams(await bodyOf(request))
  if (form.get('decision') === 'cancel') {
    await provider.interactionFinished(request, response, { error: 'access_denied' })
    return
  }
  const username = form.get('username') ?? ''
  const person = authenticate(realm, username.trim().toLowerCase(), form.get('password') ?? '')
  if (!person) {
    show(401, username, true)
    return
  }
  await leaveSession(provider, interaction, person)
  await provider.interactionFinished(
    request,
    response,
    { login: { accountId: person.id } },
    { mergeWithLastSubmission: false },
  )
}

/** Somebody else’s session ends here: the library would end it by a page that needs script. */
async function leaveSession(
  provider: Provider,
  interaction: Awaited<ReturnType<Provider['interactionDetails']>>,
  person: RealmUser,
): Promise<void> {
  const { session } = interaction
  if (!session || session.accountId === person.id) return
  const live = await provider.Session.findByUid(session.uid)
  await live?.destroy()
  delete interaction.session
  await interaction.save(interaction.exp - Math.floor(Date.now() / 1000))
}

function authenticate(realm: Realm, username: string, password: string): RealmUser | undefined {
  const person = realm.users.find(
    (user) => user.enabled && (user.username === username || user.email === username),
  )
  const [credential] = (person ?? realm.users[0])?.credentials ?? []
  // Somebody unknown costs as much as a wrong password.
  const same = timingSafeEqual(digest(password), digest(credential?.value ?? ''))
  return same ? person : undefined
}

function digest(value: string): Buffer {
  return createHash('sha256').update(value).digest()
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > BODY_LIMIT) throw new RangeError('the form is too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
