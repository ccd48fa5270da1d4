/** One client on its way: discovery, identity, a person’s login, tokens, a tool, refresh in its own shape, and the tool again. */
import { createHash, randomBytes } from 'node:crypto'
import type { Test } from 'tap'
import { Browser, type Page } from '../../support/browser.ts'
import { type Person, proceed } from '../../support/person.ts'
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
    const fresh = await refresh(t, journey, identity, String(tokens.refresh_token))
    await talk(t, client.protocol, place, fresh, person.id)
    await client.also?.(t, place, fresh)
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
    opened.push(await browser.open(url))
  }
  const codes: string[] = []
  for (let at = opened.length - 1; at >= 0; at--) {
    const landed = await proceed(browser, opened[at] as Page, person)
    t.equal(
      landed.status,
      0,
      `the browser is sent back to the client: ${landed.body.slice(0, 300)}`,
    )
    const answer = landed.url.searchParams
    t.equal(answer.get('state'), asked[at]?.state, 'C37: state comes back byte for byte')
    t.equal(answer.get('iss'), found.server.issuer, 'RFC 9207 §2, C8: iss is the issuer')
    t.same(answer.getAll('error'), [])
    codes[at] = answer.get('code') ?? ''
  }
  return codes
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

/** @returns an access token of the last answer */
async function refresh(
  t: Test,
  { client, way, place, found }: Journey,
  identity: Identity,
  refresh_token: string,
): Promise<string> {
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
  for (const { response, tokens } of answers) isTokens(t, response, tokens)
  const successors = new Set(answers.map(({ tokens }) => tokens.refresh_token))
  t.equal(successors.size, 1, `C46: ${answers.length} at once, one successor`)
  return String(answers.at(-1)?.tokens.access_token)
}

function entries(parameters: Parameters): [string, string][] {
  return Array.isArray(parameters) ? parameters : Object.entries(parameters)
}
