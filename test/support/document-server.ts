/**
 * A server on loopback for what clients publish: Client ID Metadata Documents
 * (draft-ietf-oauth-client-id-metadata-document §4) and the keys beside them.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Test } from 'tap'
import { freePort } from './ports.ts'

export interface DocumentServer {
  origin: string
  /** Serves a document at that path, without a slash in front. @returns its URL */
  publish(path: string, document: Record<string, unknown>): string
}

export async function startDocumentServer(t: Test): Promise<DocumentServer> {
  const documents = new Map<string, string>()
  const server = createServer((request, response) => {
    const body = documents.get(request.url ?? '')
    response.writeHead(body === undefined ? 404 : 200, {
      'content-type': 'application/json',
      'cache-control': 'max-age=3600',
    })
    response.end(body ?? '{"error":"not_found"}')
  })
  const port = await freePort()
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const origin = `http://localhost:${port}`
  return {
    origin,
    publish(path, document) {
      documents.set(`/${path}`, JSON.stringify(document))
      return `${origin}/${path}`
    },
  }
}
