/** A server of documents on loopback: a development origin (CIMD_DEVELOPMENT_ORIGINS) whose answers a test changes. */
import type { ServerResponse } from 'node:http'
import type { Test } from 'tap'
import { loopbackServer } from './loopback-server.ts'

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
  const { origin } = await loopbackServer(t, (request, response) => {
    const path = String(request.url)
    asked.push(path)
    const there = paths.get(path)
    if (typeof there === 'function') return there(response)
    const status = there === undefined ? 404 : 200
    response.writeHead(status, { 'content-type': 'application/json' })
    return response.end(JSON.stringify(there ?? {}))
  })
  return { origin, paths, asked }
}
