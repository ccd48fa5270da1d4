/**
 * A reverse proxy with no affinity: a request goes to the backend after the one that served its grant last, and where it
 * belongs to no grant, after the one that served last; or, strictly, each request to the next backend. It buffers nothing
 * but forms, and notes everything.
 */
import { EventEmitter, once } from 'node:events'
import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
  request as send,
} from 'node:http'
import { buffer } from 'node:stream/consumers'

export interface Passage {
  method: string
  path: string
  /** Index of the backend that served it. */
  backend: number
  /** The grant whose code or token came with it, in the header or in a form. */
  grant: string | undefined
  authorization: string | undefined
  /** `MCP-Protocol-Version`. */
  revision: string | undefined
  /** `Mcp-Session-Id`. */
  session: string | undefined
  /** `Last-Event-ID`. */
  lastEvent: string | undefined
  /** Once it is answered. */
  status?: number
  /** Breaks the client's connection, as a network does. */
  cut(): void
}

export interface RoundRobin {
  log: Passage[]
  /** How many requests each backend has had. */
  served(): number[]
  /** The first that fits, from that place in the log on, once it is answered. */
  answered(fits: (passage: Passage) => boolean, start: number): Promise<Passage>
  close(): Promise<void>
}

export interface RoundRobinOptions {
  /** Each request goes to another backend than the one before, whoever sends it. */
  strict?: boolean
  /** The Authorization header of a request that comes without one. */
  authorization?: () => Promise<string>
}

/** @param backends origins */
export async function roundRobin(
  port: number,
  backends: readonly string[],
  { strict = false, authorization: lent }: RoundRobinOptions = {},
): Promise<RoundRobin> {
  const log: Passage[] = []
  const answers = new EventEmitter()
  const agent = new Agent({ keepAlive: true })
  let last = -1
  const lastOf = new Map<string, number>()
  const next = (grant: string | undefined) => {
    last = ((lastOf.get(grant ?? '') ?? last) + 1) % backends.length
    if (grant !== undefined) lastOf.set(grant, last)
    return last
  }
  // Who comes back just as it would be closed for being idle would be reset.
  const server = createServer({ keepAliveTimeout: 0 }, (incoming, outgoing) => {
    // A client that breaks off while it sends its form.
    pass(incoming, outgoing).catch(() => outgoing.destroy())
  })
  const pass = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { method = 'GET', url = '/' } = incoming
    const authorization = incoming.headers.authorization ?? (await lent?.())
    const headers: IncomingHttpHeaders = {
      ...incoming.headers,
      ...(authorization !== undefined && { authorization }),
    }
    const path = url.split('?', 1)[0] ?? ''
    const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded')
    const form = isForm ? await buffer(incoming) : undefined
    const grant = grantIn(authorization) ?? grantIn(form?.toString('latin1'))
    const backend = next(strict ? undefined : grant)
    const passage: Passage = {
      ...{ method, path, backend, grant, authorization },
      revision: headers['mcp-protocol-version']?.toString(),
      session: headers['mcp-session-id']?.toString(),
      lastEvent: headers['last-event-id']?.toString(),
      cut: () => void outgoing.destroy(),
    }
    log.push(passage)

    const target = new URL(url, backends[backend])
    const onward = send(target, { method, headers: forwarded(headers), agent }, (answer) => {
      passage.status = answer.statusCode ?? 502
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
      outgoing.flushHeaders()
      answers.emit('answered')
      answer.pipe(outgoing)
      answer.on('error', () => outgoing.destroy())
    })
    onward.on('error', () => {
      if (outgoing.headersSent) outgoing.destroy()
      else outgoing.writeHead(502).end()
    })
    outgoing.on('close', () => onward.destroy())
    if (form) onward.end(form)
    else incoming.pipe(onward)
  }
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    // Room for all who come at once while this process is busy.
    server.listen({ port, host: 'localhost', backlog: 4_096 }, resolve)
  })
  return {
    log,
    served: () => backends.map((_, index) => log.filter(({ backend }) => backend === index).length),
    async answered(fits, start) {
      for (;;) {
        const passage = log.slice(start).find((one) => one.status !== undefined && fits(one))
        if (passage) return passage
        await once(answers, 'answered')
      }
    },
    async close() {
      agent.destroy()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function grantIn(text: string | undefined): string | undefined {
  return /\bbsg_(?:ac|at|rt)_([^.]+)\./.exec(text ?? '')?.[1]
}

// Host stays as the client said it; what belongs to one connection does not (RFC 9110 §7.6.1).
function forwarded(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const { connection: _, 'keep-alive': __, ...others } = headers
  return { ...others, 'x-forwarded-for': '127.0.0.1' }
}
