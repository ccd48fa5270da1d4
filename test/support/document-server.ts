/** A server of documents on loopback: a development origin (CIMD_DEVELOPMENT_ORIGINS) whose answers a test changes. */
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'

export interface DocumentServer {
  origin: string
  /** What each path answers: a document, or anything at all. */
  paths: Map<string, Record<string, unknown> | ((response: ServerResponse) => void)>
  /** Every path that was asked for. */
  asked: string[]
}

export async function startDocumentServer(t: Test): Promise<DocumentServer> {
  const paths: DocumentServer['paths'] = new Map()
  const asked: string[] = []
  const server = createServer((request, response) => {
    const path = String(request.url)
    asked.push(path)
    const there = paths.get(path)
    if (typeof there === 'function') return there(response)
    const status = there === undefined ? 404 : 200
    response.writeHead(status, { 'content-type': 'application/json' })
    return response.end(JSON.stringify(there ?? {}))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { origin: `http://127.0.0.1:${port}`, paths, asked }
}
