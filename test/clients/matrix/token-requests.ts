/** What a client posts to /token (RFC 6749 §4.1.3, §6), in its own shape, and what it needs back. */
import type { Test } from 'tap'
import { callTool } from '../../support/rpc.ts'
import { type Answer, isTokens } from './answers.ts'
import { entries, type Journey } from './journey.ts'
import type { Identity, Parameters } from './real-client.ts'

export async function redeem(
  t: Test,
  journey: Journey,
  identity: Identity,
  code: string,
  code_verifier: string,
): Promise<Answer> {
  const { client, place, found, redirectUri } = journey
  const { response, answer } = await post(journey, identity, found.server.token_endpoint, [
    ['grant_type', 'authorization_code'],
    ['code', code],
    ['code_verifier', code_verifier],
    ['redirect_uri', redirectUri],
    ...entries(client.token(found, place)),
  ])
  isTokens(t, response, answer)
  return answer
}

/** As many at once as the client sends. */
export async function refresh(
  t: Test,
  journey: Journey,
  identity: Identity,
  refresh_token: string,
): Promise<Answer> {
  const { client, place, found } = journey
  const answers = await Promise.all(
    client
      .refreshes(found, place)
      .map((more) => postRefresh(journey, identity, refresh_token, more)),
  )
  for (const { response, answer } of answers) isTokens(t, response, answer)
  const [first, ...others] = answers.map(({ answer }) => answer)
  for (const tokens of others) {
    t.equal(tokens.refresh_token, first?.refresh_token, 'C46: at once, the same successor')
    const { status } = await callTool(place.mcpUrl, String(tokens.access_token))
    t.equal(status, 200, 'C46: and each access token is good')
  }
  return first ?? {}
}

export function postRefresh(
  journey: Journey,
  identity: Identity,
  refresh_token: string,
  more: Parameters,
): Promise<{ response: Response; answer: Answer }> {
  const { client, place, found } = journey
  // C11: who has lost the metadata posts to the origin.
  const endpoint = client.refreshesAtOrigin ? `${place.origin}/token` : found.server.token_endpoint
  return post(journey, identity, endpoint, [
    ['grant_type', 'refresh_token'],
    ['refresh_token', refresh_token],
    ...entries(more),
  ])
}

async function post(
  { client, way, found }: Journey,
  identity: Identity,
  endpoint: string,
  form: [string, string][],
): Promise<{ response: Response; answer: Answer }> {
  const proof = await (way.authenticate ?? client.authenticate)(identity, found.server)
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { ...client.headers.oauth, ...proof.headers },
    body: new URLSearchParams([...form, ...Object.entries(proof.fields)]),
  })
  return { response, answer: (await response.json()) as Answer }
}
