/** A server in the school's place whose tools take as long as a test wants, and say what it wants before they answer. */
import { setTimeout as pause } from 'node:timers/promises'
import {
  acceptedContent,
  type CallToolResult,
  createRequestStateCodec,
  inputRequired,
  McpServer,
} from '@modelcontextprotocol/server'
import { z } from 'zod'
import type { ServerFactory } from '../../src/serving.ts'

export const WATCHED = 'fixture://watched'

/** What happened to the calls of `hold`, by the name that the caller gave. */
export interface Held {
  /** Resolves once the tool runs. */
  begun(name: string): Promise<void>
  /** Lets it answer. */
  release(name: string): void
  /** Resolves once the tool's signal was aborted. */
  cancelled(name: string): Promise<void>
}

export interface Fixture extends Held {
  createServer: ServerFactory
}

const text = (value: string): CallToolResult => ({ content: [{ type: 'text', text: value }] })
const nothing = z.object({})
const FORM = {
  type: 'object' as const,
  properties: { sure: { type: 'boolean' as const } },
  required: ['sure'],
}

/** @param key of the request state: one for all replicas */
export function fixtureServer(key: Uint8Array = new Uint8Array(32)): Fixture {
  const signals = new Map<string, { reached: Promise<void>; reach: () => void }>()
  const signal = (name: string) => {
    let found = signals.get(name)
    if (found === undefined) {
      let reach = () => {}
      const reached = new Promise<void>((resolve) => {
        reach = resolve
      })
      found = { reached, reach }
      signals.set(name, found)
    }
    return found
  }
  const state = createRequestStateCodec<{ asked: boolean }>({ key })

  const createServer: ServerFactory = ({ notify }) => {
    const server = new McpServer(
      { name: 'fixture', version: '1' },
      {
        capabilities: {
          tools: { listChanged: true },
          prompts: { listChanged: true },
          resources: { subscribe: true, listChanged: true },
          logging: {},
        },
        requestState: { verify: state.verify },
      },
    )
    server.registerResource('watched', WATCHED, {}, (uri) => ({
      contents: [{ uri: uri.href, text: 'watched' }],
    }))
    server.registerTool('echo', { inputSchema: z.object({ text: z.string() }) }, (args) =>
      text(args.text),
    )
    server.registerTool(
      'hold',
      { inputSchema: z.object({ name: z.string() }) },
      async ({ name }, { mcpReq }) => {
        mcpReq.signal.addEventListener('abort', signal(`cancelled ${name}`).reach)
        signal(`begun ${name}`).reach()
        await signal(`released ${name}`).reached
        return text(name)
      },
    )
    server.registerTool(
      'pause',
      { inputSchema: z.object({ ms: z.number() }) },
      async ({ ms }, { mcpReq }) => {
        await pause(ms, undefined, { signal: mcpReq.signal })
        return text('paused')
      },
    )
    server.registerTool(
      'steps',
      { inputSchema: z.object({ count: z.number(), ms: z.number().default(0) }) },
      async ({ count, ms }, { mcpReq }) => {
        const progressToken = mcpReq._meta?.progressToken ?? 'none'
        for (let progress = 1; progress <= count; progress++) {
          const params = { progressToken, progress, total: count }
          await mcpReq.notify({ method: 'notifications/progress', params })
          await pause(ms)
        }
        return text(`${count} steps`)
      },
    )
    server.registerTool(
      'leave',
      { inputSchema: z.object({ name: z.string() }) },
      async ({ name }, { http }) => {
        http?.closeSSE?.()
        signal(`begun ${name}`).reach()
        await signal(`released ${name}`).reached
        return text(name)
      },
    )
    server.registerTool(
      'unsayable',
      { inputSchema: z.object({ speaksFirst: z.boolean() }) },
      async ({ speaksFirst }, { mcpReq }) => {
        const params = { progressToken: 'p', progress: 1 }
        if (speaksFirst) await mcpReq.notify({ method: 'notifications/progress', params })
        return { ...text('JSON has no such number'), _meta: { number: 1n } }
      },
    )
    server.registerTool('log', { inputSchema: nothing }, async (_args, { mcpReq }) => {
      for (const level of ['debug', 'info', 'error'] as const) await mcpReq.log(level, level)
      return text('logged')
    })
    server.registerTool('ask', { inputSchema: nothing }, async (_args, { mcpReq }) => {
      const { action } = await mcpReq.elicitInput({ message: 'Sure?', requestedSchema: FORM })
      return text(action)
    })
    server.registerTool('confirm', { inputSchema: nothing }, async (_args, { mcpReq }) => {
      const answer = acceptedContent<{ sure?: boolean }>(mcpReq.inputResponses, 'sure')
      if (answer !== undefined) return text(`sure: ${answer.sure}`)
      return inputRequired({
        inputRequests: { sure: inputRequired.elicit({ message: 'Sure?', requestedSchema: FORM }) },
        requestState: await state.mint({ asked: true }),
      })
    })
    server.registerTool(
      'announce',
      { inputSchema: z.object({ what: z.string(), times: z.number().default(1) }) },
      ({ what, times }) => {
        for (let time = 0; time < times; time++) {
          if (what === 'tools') notify.toolsChanged()
          else if (what === 'prompts') notify.promptsChanged()
          else if (what === 'resources') notify.resourcesChanged()
          else notify.resourceUpdated(what)
        }
        return text('announced')
      },
    )
    return server
  }
  return {
    createServer,
    begun: (name) => signal(`begun ${name}`).reached,
    release: (name) => signal(`released ${name}`).reach(),
    cancelled: (name) => signal(`cancelled ${name}`).reached,
  }
}
