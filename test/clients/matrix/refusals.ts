/** The answers upon which clients give up, log in again or register again: each has to be told from the others. */
import type { Test } from 'tap'
import { callTool } from '../../support/rpc.ts'
import type { Asked, Journey } from './journey.ts'
import type { Identity } from './real-client.ts'
import { postRefresh } from './token-requests.ts'

/** C50, C51: a token that is over is a 401, upon which clients refresh; never a 403, never a result. */
export async function refusesToken(
  t: Test,
  { client, place }: Journey,
  access: string,
): Promise<void> {
  const { headers } = client.protocol
  const refused = await callTool(place.mcpUrl, altered(access), undefined, 9, headers)
  t.equal(refused.status, 401, 'C50: 401 for a token that is over')
  t.match(
    refused.headers.get('www-authenticate'),
    new RegExp(`^Bearer resource_metadata="${place.origin}/[^"]+".* error="invalid_token"$`),
    'C2: one challenge, quoted, with the error',
  )
}

/** C47: what was never given is `invalid_grant` as JSON, upon which clients log in, and nothing else does that. */
export async function refusesRefresh(
  t: Test,
  journey: Journey,
  identity: Identity,
  refresh_token: string,
): Promise<void> {
  const { response, answer } = await postRefresh(journey, identity, altered(refresh_token), {})
  t.equal(response.status, 400, 'C47: 400')
  t.equal(answer.error, 'invalid_grant', 'C47')
}

/** C26, C27: what happens once the registration is gone; clients that register again wait for these. */
export async function refusesStranger(
  t: Test,
  journey: Journey,
  { url }: Asked,
  refresh_token: string,
): Promise<void> {
  const client_id = 'bsg_client_AAAAAAAAAAAAAAAAAAAAAA'
  const { response, answer } = await postRefresh(journey, { client_id }, refresh_token, {})
  t.equal(response.status, 401, 'C26: 401')
  t.equal(answer.error, 'invalid_client', 'C26: never invalid_grant')

  const stale = new URL(url)
  stale.searchParams.set('client_id', client_id)
  const page = await fetch(stale, { redirect: 'manual' })
  await page.body?.cancel()
  t.equal(page.status, 400, 'C27: 400, and nothing is redirected')
  t.match(page.headers.get('content-type'), 'text/html', 'C27: a page that says what to do')
}

function altered(token: string): string {
  return `${token.slice(0, -4)}AAAA`
}
