/** One client on its way: discovery, identity, a person’s login, tokens, a tool, refresh in its own shape, and the tool again. */
import { createHash, randomBytes } from 'node:crypto'
import type { Test } from 'tap'
import { Browser, type Page } from '../../support/browser.ts'
import { type Person, proceed } from '../../support/person.ts'
import { callTool } from '../../support/rpc.ts'
import { type Answer, isTokens } from './answers.ts'
import { becomeKnown } from './become-known.ts'
import { discover } from './discover.ts'
import type { Found, Identity, Parameters, Place, RealClient, Way } from './real-client.ts'
import { talk } from './talk.ts'

interface Journey {
  client: RealClient
  way: Way
  place: Place
  found: Found
  redirectUri: string
}

interface Asked {
  url: URL
  state: string
  verifier: string
}

export async function walk(
  t: Test,
  client: RealClient,
  way: Way,
  place: Place,
  person: Person & { id: string },
): Promise<void> {
  const found = await discover(t, client.discovery, place)
  const redirectUri = way.redirectUri ?? client.redirectUri()
  const journey = { client, way, place, found, redirectUri }
  const identities = await becomeKnown(t, journey)
  const asked = identities.map((identity) => request(journey, identity))
  const codes = await logIn(t, journey, asked, person)

  for (const [at, identity] of identities.entries()) {
    const { verifier } = asked[at] as Asked
    const tokens = await redeem(t, journey, identity, codes[at] ?? '', verifier)
    client.insists?.(t, tokens, found)
    await talk(t, client.protocol, place, String(tokens.access_token), person.id)
    await isRefused(t, client, place, String(tokens.access_token))
    const fresh = await refresh(t, journey, identity, String(tokens.refresh_token))
    await talk(t, client.protocol, place, String(fresh.access_token), person.id)
    await client.also?.(t, place, String(fresh.access_token))
    // An hour later: what came of the first refresh is good for the next.
    const later = await refresh(t, journey, identity, String(fresh.refresh_token))
    t.not(later.refresh_token, fresh.refresh_token, 'RFC 9700 §4.14.2: it rotates')
  }
}

function request({ client, place, found, redirectUri }: Journey, identity: Identity): Asked {
  const verifier = randomBytes(32).toString('base64url')
  const state = client.state(place)
  const url = new URL(found.server.authorization_endpoint)
  url.search = new URLSearchParams([
    ['response_type', 'code'],
    ['client_id', identity.client_id],
    ['redirect_uri', redirectUri],
    ['state', state],
    ['code_challenge', createHash('sha256').update(verifier).digest('base64url')],
    ['code_challenge_method', 'S256'],
    ...entries(client.authorization(found, place)),
  ]).toString()
  return { url, state, verifier }
}

/** All in one browser; where there are two, the first is left open while the second is finished (C40). */
async function logIn(
  t: Test,
  { client, found, redirectUri }: Journey,
  asked: readonly Asked[],
  person: Person,
): Promise<string[]> {
  const browser = new Browser(redirectUri)
  const opened: Page[] = []
  for (const { url } of asked) {
    if (client.looksFirst) {
      const look = await fetch(url, { redirect: 'manual' })
      await look.body?.cancel()
      t.ok(look.status < 400, 'C33: a look without a cookie is no error')
    }
    const page = await browser.open(url)
    t.equal(page.status, 200, 'the consent page is shown')
    t.notMatch(
      page.headers.get('content-security-policy'),
      'form-action',
      'C38: Chromium holds it against every redirect up to the client',
    )
    opened.push(page)
  }
  const codes: string[] = []
  for (let at = opened.length - 1; at >= 0; at--) {
    const landed = await proceed(browser, opened[at] as Page, person)
    // Nothing that follows could be more than an echo of this.
    if (landed.status !== 0) throw new Error(`the browser stands before ${titleOf(landed)}`)
    const answer = landed.url.searchParams
    t.equal(answer.get('state'), asked[at]?.state, 'C37: state comes back byte for byte')
    t.equal(answer.get('iss'), found.server.issuer, 'RFC 9207 §2, C8: iss is the issuer')
    const code = answer.get('code')
    if (code === null) throw new Error(`no code: ${answer.get('error_description')}`)
    codes[at] = code
  }
  return codes
}

function titleOf({ status, url, body }: Page): string {
  return `${status} ${url.pathname}: ${/<title>([^<]*)/.exec(body)?.[1]}`
}

async function redeem(
  t: Test,
  { client, way, place, found, redirectUri }: Journey,
  identity: Identity,
  code: string,
  code_verifier: string,
): Promise<Answer> {
  const { token_endpoint } = found.server
  const proof = await (way.authenticate ?? client.authenticate)(identity, token_endpoint)
  const response = await fetch(token_endpoint, {
    method: 'POST',
    headers: { ...client.headers.oauth, ...proof.headers },
    body: new URLSearchParams([
      ['grant_type', 'authorization_code'],
      ['code', code],
      ['code_verifier', code_verifier],
      ['redirect_uri', redirectUri],
      ...Object.entries(proof.fields),
      ...entries(client.token(found, place)),
    ]),
  })
  const tokens = (await response.json()) as Answer
  isTokens(t, response, tokens)
  return tokens
}

/** C50, C51: what is over or was never given is a 401, upon which a client refreshes or logs in; never a 403, never a result. */
async function isRefused(
  t: Test,
  { protocol }: RealClient,
  { mcpUrl, origin }: Place,
  token: string,
): Promise<void> {
  const wrong = `${token.slice(0, -4)}AAAA`
  const { status, headers } = await callTool(mcpUrl, wrong, undefined, 9, protocol.headers)
  t.equal(status, 401, 'C50: 401 for a token that is over')
  t.match(
    headers.get('www-authenticate'),
    new RegExp(`^Bearer resource_metadata="${origin}/[^"]+".* error="invalid_token"$`),
    'C2: one challenge, quoted, with the error',
  )
}

/** As many at once as the client sends. */
async function refresh(
  t: Test,
  { client, way, place, found }: Journey,
  identity: Identity,
  refresh_token: string,
): Promise<Answer> {
  const answers = await Promise.all(
    client.refreshes(found, place).map(async (more) => {
      // C11: who has lost the metadata posts to the origin.
      const endpoint = client.refreshesAtOrigin
        ? `${place.origin}/token`
        : found.server.token_endpoint
      const proof = await (way.authenticate ?? client.authenticate)(identity, found.server.issuer)
      const response = await fetch(endpoint, {
        method: 'POST',
        headers: { ...client.headers.oauth, ...proof.headers },
        body: new URLSearchParams([
          ['grant_type', 'refresh_token'],
          ['refresh_token', refresh_token],
          ...Object.entries(proof.fields),
          ...entries(more),
        ]),
      })
      return { response, tokens: (await response.json()) as Answer }
    }),
  )
  const [first, ...others] = answers.map(({ tokens }) => tokens)
  for (const { response, tokens } of answers) isTokens(t, response, tokens)
  for (const tokens of others) {
    t.equal(tokens.refresh_token, first?.refresh_token, 'C46: at once, the same successor')
    const { status } = await callTool(place.mcpUrl, String(tokens.access_token))
    t.equal(status, 200, 'C46: and each access token is good')
  }
  return first ?? {}
}

function entries(parameters: Parameters): [string, string][] {
  return Array.isArray(parameters) ? parameters : Object.entries(parameters)
}
