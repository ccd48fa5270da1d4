/** What stands behind the door in unit tests: a plain HTTP server that says what it was sent and answers as told. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'

export interface Received {
  method: string
  url: string
  rawHeaders: string[]
  headers: IncomingMessage['headers']
  body: string
}

export interface McpServer {
  url: string
  received: Received[]
  /** Connections that were opened to it. */
  connections: number
  /** By default: 200 with what was received, as JSON. */
  answer: (request: IncomingMessage, response: ServerResponse) => void
  stop(): Promise<void>
}

export async function startMcpServer(t: Test): Promise<McpServer> {
  const server = createServer((request, response) => mcp.answer(request, response))
  server.on('connection', () => mcp.connections++)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const mcp: McpServer = {
    url: `http://127.0.0.1:${port}/inner/mcp?tenant=1`,
    received: [],
    connections: 0,
    answer: (request, response) => {
      void receive(request).then((received) => {
        mcp.received.push(received)
        const body = JSON.stringify(received)
        response.writeHead(200, {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        })
        response.end(body)
      })
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  t.teardown(() => mcp.stop())
  return mcp
}

/** A request with all of its body. */
export async function receive(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return {
    method: request.method ?? '',
    url: request.url ?? '',
    rawHeaders: request.rawHeaders,
    headers: request.headers,
    body: Buffer.concat(chunks).toString(),
  }
}
