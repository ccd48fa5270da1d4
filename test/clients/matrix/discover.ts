/**
 * Discovery as a client does it (RFC 9728 §5, RFC 8414 §3): probe, challenge, pointer; then once more as behind a proxy that
 * strips the pointer, path by path, in the client's order.
 */
import type { Test } from 'tap'
import { hasNothingEmpty } from './answers.ts'
import type { Discovery, Found, Place, ResourceMetadata, ServerMetadata } from './real-client.ts'

export async function discover(t: Test, how: Discovery, place: Place): Promise<Found> {
  const challenge = await probe(t, how, place)
  t.ok(
    challenge.resource_metadata.startsWith(`${place.origin}/`),
    'C3: the pointer is absolute and on the origin of the MCP URL',
  )
  const pointed = await read(t, challenge.resource_metadata, how)
  t.ok(pointed, 'the pointer leads to a document')
  const searched = await firstOf(t, how.resourceMetadata, how, place)
  t.same(searched, pointed, 'C4: without the pointer the first path that answers says the same')
  const resource = pointed as unknown as ResourceMetadata
  t.equal(resource.resource, place.mcpUrl, 'C5: the resource is the URL that was typed')
  t.equal(resource.authorization_servers.length, 1, 'C7: one authorization server')
  t.equal(resource.scopes_supported.join(' '), challenge.scope, 'C14: both name the same scopes')

  const server = (await firstOf(t, how.serverMetadata, how, place)) as unknown as ServerMetadata
  hasNothingEmpty(t, server, 'C9: the metadata')
  t.equal(server.issuer, resource.authorization_servers[0], 'C7: the issuer, byte for byte')
  const found = { challenge, resource, server }
  how.insists?.(t, found, place)
  return found
}

async function probe(
  t: Test,
  { probe: { method, body }, headers }: Discovery,
  place: Place,
): Promise<Found['challenge']> {
  const response = await fetch(place.mcpUrl, {
    method,
    redirect: 'manual',
    headers: { ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  await response.body?.cancel()
  t.equal(response.status, 401, `C1: ${method} without a token`)
  const header = response.headers.get('www-authenticate') ?? ''
  t.match(header, /^Bearer /, 'C2: one challenge, which begins with its scheme')
  t.notMatch(header, /error=/, 'C2: no error where no token was sent')
  return { resource_metadata: quoted(header, 'resource_metadata'), scope: quoted(header, 'scope') }
}

// C2: clients read these with regular expressions that want the quotes.
function quoted(header: string, name: string): string {
  return new RegExp(`[ ,]${name}="([^"]+)"`).exec(header)?.[1] ?? ''
}

/** Every path is asked: what comes after the first answer has to be a document or a clean 404 as well. */
async function firstOf(
  t: Test,
  paths: readonly string[],
  how: Discovery,
  place: Place,
): Promise<Record<string, unknown>> {
  const answers: (Record<string, unknown> | undefined)[] = []
  for (const path of paths) answers.push(await read(t, `${place.origin}${path}`, how))
  const first = answers.find((answer) => answer !== undefined)
  t.ok(first, `found at one of ${paths.join(', ')}`)
  return first ?? {}
}

async function read(
  t: Test,
  url: string,
  { headers }: Discovery,
): Promise<Record<string, unknown> | undefined> {
  const response = await fetch(url, { headers, redirect: 'manual' })
  t.match(response.headers.get('content-type'), /^application\/json/, `C10: JSON at ${url}`)
  const document = (await response.json()) as Record<string, unknown>
  if (response.status === 200) return document
  t.equal(response.status, 404, 'C10, C12: neither a redirect nor a 5xx')
  return undefined
}
