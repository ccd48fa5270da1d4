/**
 * Many open GET streams, each of a session of its own, by a client that is light: bare sockets, which keep nothing of what they
 * read. All come from one address: a port of loopback takes 28,000 of them. Node raises its own limit of open files to the hard
 * one, so `ulimit -Hn` has to be above their number.
 */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { WireSession } from '../../mcp/test/support/house.ts'
import { begin } from './patience.ts'

export interface RawStream {
  session: WireSession
  socket: Socket
  /** Messages that came. */
  heard: number
}

/** How many sessions are begun at a time. */
const AT_A_TIME = 50

/** @param tokenOf of the person of the nth stream */
export async function openRawStreams(
  mcpUrl: URL,
  count: number,
  tokenOf: (n: number) => Promise<string>,
  onMessage: () => void,
): Promise<RawStream[]> {
  const streams: RawStream[] = []
  let next = 0
  const openOn = async () => {
    while (next < count) {
      const session = await begin(mcpUrl, await tokenOf(next++))
      streams.push(await openRawStream(mcpUrl, session, onMessage))
    }
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, openOn))
  return streams
}

/** Resolves once its head and the event that primes it have come. */
async function openRawStream(
  mcpUrl: URL,
  session: WireSession,
  onMessage: () => void,
): Promise<RawStream> {
  const socket = connect(Number(mcpUrl.port), mcpUrl.hostname)
  const stream = { session, socket, heard: 0 }
  socket.write(
    `GET ${mcpUrl.pathname} HTTP/1.1\r\nhost: ${mcpUrl.host}\r\nconnection: close\r\naccept: text/event-stream\r\n` +
      `authorization: Bearer ${session.token}\r\nmcp-session-id: ${session.id}\r\n\r\n`,
  )
  let head = ''
  while (!head.includes('retry:')) {
    const [chunk] = (await once(socket, 'data')) as [Buffer]
    head += chunk.toString('latin1')
    if (!head.startsWith('HTTP/1.1 200 ')) throw new Error(`no stream: ${head}`)
  }
  socket.on('data', (chunk: Buffer) => {
    // An event leaves in one write.
    for (const _ of chunk.toString('latin1').matchAll(/^event: message$/gm)) {
      stream.heard++
      onMessage()
    }
  })
  socket.on('error', () => socket.destroy())
  return stream
}
