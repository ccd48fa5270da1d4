/** Access that is over: each gateway refuses the token, and nothing that was held open goes on. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Test } from 'tap'
import type { Service } from '../support/processes.ts'
import { asModern, callTool, rpc } from '../support/rpc.ts'

/** Milliseconds: the promise. */
const PROMISE = 2_000
/** After so many nobody waits any longer. */
const PATIENCE = 15_000
const POLL = 25

type Gateways = readonly [Service, Service]

export interface Connection {
  /** What is done then ends it: token and streams are over at both gateways, by no earlier cause, and within the promise. */
  isEndedBy<T>(t: Test, act: () => Promise<T>): Promise<T>
}

/** A token that both gateways believe, and a stream at each: a GET of 2025, and what a client of 2026 listens to. */
export async function connected(t: Test, gateways: Gateways, token: string): Promise<Connection> {
  for (const { origin } of gateways) {
    t.equal((await callTool(`${origin}/mcp`, token)).status, 200)
  }
  const [here, there] = gateways
  const [got, listening] = [await get(here.origin, token), await listen(there.origin, token)].map(
    endOf,
  )
  return {
    async isEndedBy(t, act) {
      const begun = performance.now()
      const result = await act()
      const done = performance.now()
      const over = {
        'refused here': refusal(here, token, done),
        'refused there': refusal(there, token, done),
        'GET closed': got,
        'subscriptions/listen closed': listening,
      }
      const never = wait(PATIENCE, Number.POSITIVE_INFINITY, { ref: false })
      for (const [what, when] of Object.entries(over)) {
        const at = (await Promise.race([when, never])) ?? Number.POSITIVE_INFINITY
        const took = `${Math.round(at - begun)} ms, of which it took ${Math.round(done - begun)} ms to ask for it`
        t.ok(at > begun && at < done + PROMISE, `${what} after ${took}`)
      }
      return result
    },
  }
}

/** When the gateway refuses it, by `performance.now()`. */
async function refusal({ origin }: Service, token: string, since: number): Promise<number> {
  while (performance.now() - since < PATIENCE) {
    if ((await callTool(`${origin}/mcp`, token)).status === 401) return performance.now()
    await wait(POLL)
  }
  return Number.POSITIVE_INFINITY
}

async function endOf(stream: AsyncIterable<unknown>): Promise<number> {
  for await (const _ of stream) {
    // What it says is not asked here.
  }
  return performance.now()
}

async function get(origin: string, token: string): Promise<AsyncIterable<unknown>> {
  const protocolVersion = '2025-11-25'
  const clientInfo = { name: 'test', version: '1' }
  const greeting = { protocolVersion, capabilities: {}, clientInfo }
  const greeted = await rpc(`${origin}/mcp`, token, 'initialize', greeting)
  return held(
    await fetch(`${origin}/mcp`, {
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'text/event-stream',
        'mcp-protocol-version': protocolVersion,
        'mcp-session-id': greeted.headers.get('mcp-session-id') ?? '',
      },
    }),
  )
}

async function listen(origin: string, token: string): Promise<AsyncIterable<unknown>> {
  const method = 'subscriptions/listen'
  const { params, headers } = asModern(method, {
    notifications: { resourceSubscriptions: ['school://standings'] },
  })
  return held(
    await fetch(`${origin}/mcp`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...headers,
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 'listening', method, params }),
    }),
  )
}

function held(response: Response): AsyncIterable<unknown> {
  const type = response.headers.get('content-type') ?? ''
  if (!response.ok || !type.startsWith('text/event-stream') || response.body === null) {
    throw new Error(`a stream was answered ${response.status} ${type}`)
  }
  return response.body
}
