/** The ways in which a client becomes known: it registers (RFC 7591), is a document, or was registered beforehand. */
import type { Test } from 'tap'
import { loopbackWithoutPort } from '../../../gateway/src/oauth/redirect-uri.ts'
import { type Answer, isRegistration } from './answers.ts'
import type { Found, Identity, RealClient, Way } from './real-client.ts'

interface Who {
  client: RealClient
  way: Way
  place: { documents: string }
  found: Found
  redirectUri: string
}

/** One identity, or two where the client registers twice per connect. */
export async function becomeKnown(t: Test, who: Who): Promise<Identity[]> {
  const { way, place, found } = who
  if (way.by === 'document') {
    t.equal(found.server.client_id_metadata_document_supported, true, 'C28: the flag')
    t.ok(found.server.token_endpoint_auth_methods_supported.includes('none'), 'C28: and none')
    return [{ client_id: `${place.documents}/${way.path}` }]
  }
  if (way.by === 'pre-registration') {
    const { client_id, client_secret, method } = way
    t.ok(found.server.token_endpoint_auth_methods_supported.includes(method), `C9: ${method}`)
    return [{ client_id, ...(client_secret === undefined ? {} : { client_secret }) }]
  }
  const identities = [await register(t, who, way)]
  if (way.twice) identities.push(await register(t, who, way))
  return identities
}

async function register(
  t: Test,
  { client, found, redirectUri }: Who,
  way: Extract<Way, { by: 'registration' }>,
): Promise<Identity> {
  const asked = way.body(found, redirectUri)
  const response = await fetch(found.server.registration_endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(client.headers.register ?? client.headers.oauth),
    },
    body: JSON.stringify(asked),
  })
  const answer = (await response.json()) as Answer & Identity
  if (response.status >= 400) {
    throw new Error(
      `not registered: ${response.status} ${answer.error} ${answer.error_description}`,
    )
  }
  isRegistration(t, response.status, answer, asked)
  way.insists?.(t, answer)
  await canBeRead(t, answer)
  return answer
}

/** C19, RFC 7592 §2.1: Claude was seen to stop where the answer has no such URI. */
async function canBeRead(t: Test, registered: Answer & Identity): Promise<void> {
  const { registration_client_uri, registration_access_token: token } = registered
  const response = await fetch(String(registration_client_uri), {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  })
  const { client_id, redirect_uris } = registered
  t.equal(response.status, 200, 'C19: the registration can be read')
  const read = (await response.json()) as Answer
  t.equal(read.client_id, client_id, 'C19: it is the same')
  // What many registered alike is kept without the ports of their loopback URIs (ADR 15).
  const portless = (uris: unknown) =>
    (uris as string[]).map((uri) => loopbackWithoutPort(uri) ?? uri)
  t.same(
    new Set(portless(read.redirect_uris)),
    new Set(portless(redirect_uris)),
    'C19: it is the same',
  )
}
