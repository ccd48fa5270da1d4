/** A reverse proxy with no affinity: every HTTP request goes to the next backend. It buffers nothing and notes everything. */
import { Agent, createServer, type IncomingHttpHeaders, request as send } from 'node:http'

export interface Passage {
  method: string
  path: string
  /** Index of the backend that served it. */
  backend: number
  /** The grant of the access token that came with it. */
  grant: string | undefined
  authorization: string | undefined
}

export interface RoundRobin {
  log: Passage[]
  close(): Promise<void>
}

/** @param backends origins */
export async function roundRobin(port: number, backends: readonly string[]): Promise<RoundRobin> {
  const log: Passage[] = []
  const agent = new Agent({ keepAlive: true })
  let turn = 0
  const server = createServer((incoming, outgoing) => {
    const backend = turn++ % backends.length
    const { method = 'GET', url = '/', headers } = incoming
    const { authorization } = headers
    const grant = /^Bearer bsg_at_([^.]+)\./.exec(authorization ?? '')?.[1]
    log.push({ method, path: url.split('?', 1)[0] ?? '', backend, grant, authorization })

    const target = new URL(url, backends[backend])
    const onward = send(target, { method, headers: forwarded(headers), agent }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
      outgoing.flushHeaders()
      answer.pipe(outgoing)
      answer.on('error', () => outgoing.destroy())
    })
    onward.on('error', () => {
      if (outgoing.headersSent) outgoing.destroy()
      else outgoing.writeHead(502).end()
    })
    outgoing.on('close', () => onward.destroy())
    incoming.pipe(onward)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, 'localhost', resolve)
  })
  return {
    log,
    async close() {
      agent.destroy()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

// Host stays as the client said it; what belongs to one connection does not (RFC 9110 §7.6.1).
function forwarded(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const { connection: _, 'keep-alive': __, ...others } = headers
  return { ...others, 'x-forwarded-for': '127.0.0.1' }
}
