/** A reverse proxy with no affinity: every HTTP request goes to the next backend. It buffers nothing and notes everything. */
import { Agent, createServer, type IncomingHttpHeaders, request as send } from 'node:http'

export interface Passage {
  method: string
  path: string
  /** Index of the backend that served it. */
  backend: number
  /** The grant whose code or token came with it, in the header or in a form. */
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
    const path = url.split('?', 1)[0] ?? ''
    const passage: Passage = { method, path, backend, grant: grantIn(authorization), authorization }
    log.push(passage)
    incoming.on('data', (chunk: Buffer) => {
      passage.grant ??= grantIn(chunk.toString('latin1'))
    })

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

function grantIn(text: string | undefined): string | undefined {
  return /\bbsg_(?:ac|at|rt)_([^.]+)\./.exec(text ?? '')?.[1]
}

// Host stays as the client said it; what belongs to one connection does not (RFC 9110 §7.6.1).
function forwarded(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const { connection: _, 'keep-alive': __, ...others } = headers
  return { ...others, 'x-forwarded-for': '127.0.0.1' }
}
