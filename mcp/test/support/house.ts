/** mcp on a port of its own, with the gateway that it trusts, and the ways to call it. */
import type { AddressInfo } from 'node:net'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import type { FastifyInstance } from 'fastify'
import { type AppOptions, buildApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { startGateway, type TestGateway } from './gateway.ts'

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

export type Era = 'modern' | 'legacy'

/** A client of the v2 SDK that has greeted the server as the person of these claims. */
export async function connect(
  house: House,
  claims: Record<string, unknown> = {},
  era: Era = 'modern',
): Promise<Client> {
  const token = await house.gateway.mint({ claims })
  const mode = era === 'modern' ? { pin: '2026-07-28' } : 'legacy'
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } })
  await client.connect(
    new StreamableHTTPClientTransport(house.mcpUrl, {
      requestInit: { headers: { authorization: `Bearer ${token}` } },
    }),
  )
  return client
}

/** A 2025-era request as it is on the wire; the answer may be a stream of one message. */
export async function post(house: House, token: string, body: unknown): Promise<Response> {
  return await fetch(house.mcpUrl, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
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
