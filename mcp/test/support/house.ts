/** mcp on a port of its own, with the gateway that it trusts, and the ways to call it. */
import type { AddressInfo } from 'node:net'
import { type Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import type { FastifyInstance } from 'fastify'
import { type AppOptions, buildApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { type Era, newClient, type Reply } from './client.ts'
import { startGateway, type TestGateway } from './gateway.ts'
import { modernRequest, type Params } from './modern.ts'

export interface House {
  app: FastifyInstance
  gateway: TestGateway
  origin: string
  mcpUrl: URL
  close(): Promise<void>
}

export async function startHouse(
  environment: Record<string, string> = {},
  options: Omit<AppOptions, 'config'> = {},
): Promise<House> {
  const gateway = await startGateway()
  const config = readConfig({
    LOG_LEVEL: 'silent',
    GATEWAY_JWKS_URL: gateway.jwksUrl.href,
    ...environment,
  })
  const app = buildApp({ config, ...options })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}`
  return {
    app,
    gateway,
    origin,
    mcpUrl: new URL('/mcp', origin),
    async close() {
      await app.close()
      await gateway.close()
    },
  }
}

export type { Era }

/** A client of the v2 SDK that has greeted the server as the person of these claims. */
export async function connect(
  house: House,
  claims: Record<string, unknown> = {},
  era: Era = 'modern',
  reply?: Reply,
): Promise<Client> {
  const token = await house.gateway.mint({ claims })
  const client = newClient(era, reply)
  await client.connect(
    new StreamableHTTPClientTransport(house.mcpUrl, {
      requestInit: { headers: { authorization: `Bearer ${token}` } },
    }),
  )
  return client
}

/** One tool, called by a client of its own. */
export async function callTool(
  house: House,
  claims: Record<string, unknown>,
  name: string,
  args: Record<string, unknown> = {},
  era?: Era,
) {
  const client = await connect(house, claims, era)
  try {
    const { content, structuredContent, isError } = await client.callTool({ name, arguments: args })
    const [first] = content
    const text = first?.type === 'text' ? first.text : ''
    const structure = structuredContent as Record<string, unknown> | undefined
    return { structure, text, isError: isError === true }
  } finally {
    await client.close()
  }
}

/** A session of the 2025 revisions as it is on the wire. */
export interface WireSession {
  id: string
  token: string
  post(body: unknown, headers?: Record<string, string>): Promise<Response>
  /** Ended by its reader. */
  get(headers?: Record<string, string>): Promise<Response>
  end(): Promise<Response>
}

/** Whoever has the token may use the id. */
export function wireSession(mcpUrl: URL, token: string, id: string): WireSession {
  const send = (method: string, body: unknown, headers: Record<string, string>) =>
    fetch(mcpUrl, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json, text/event-stream',
        ...(id !== '' && { 'mcp-session-id': id }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && {
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    })
  return {
    id,
    token,
    post: (body, headers = {}) => send('POST', body, headers),
    get: (headers = {}) => send('GET', undefined, headers),
    end: () => send('DELETE', undefined, {}),
  }
}

export function initialize(protocolVersion = '2025-11-25', capabilities: object = {}) {
  const params = { protocolVersion, capabilities, clientInfo: { name: 'wire', version: '1' } }
  return { jsonrpc: '2.0', id: 'initialize', method: 'initialize', params }
}

/** Greets the server, at that URL or at the house's own. */
export async function beginSession(
  { mcpUrl }: { mcpUrl: URL },
  token: string,
  protocolVersion?: string,
  capabilities?: object,
): Promise<WireSession> {
  const greeting = initialize(protocolVersion, capabilities)
  const answer = await wireSession(mcpUrl, token, '').post(greeting)
  const session = wireSession(mcpUrl, token, answer.headers.get('mcp-session-id') ?? '')
  await answer.text()
  await session.post({ jsonrpc: '2.0', method: 'notifications/initialized' })
  return session
}

/** A request of 2026-07-28: it needs no session. */
export function ask(
  { mcpUrl }: { mcpUrl: URL },
  token: string,
  { method, params, id = 1 }: { method: string; params?: Params; id?: string | number },
): Promise<Response> {
  return fetch(mcpUrl, modernRequest(method, params, token, id))
}

export function call(name: string, args: Record<string, unknown> = {}, id: number | string = 1) {
  return { jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args } }
}

/** The one JSON-RPC message of an answer, whichever way it came. */
export async function message(response: Response) {
  const text = await response.text()
  const data = /^data: (.*)$/m.exec(text)?.[1] ?? text
  return JSON.parse(data) as {
    id: unknown
    result?: { structuredContent?: Record<string, unknown>; isError?: boolean }
    error?: { code: number; message: string }
  }
}
