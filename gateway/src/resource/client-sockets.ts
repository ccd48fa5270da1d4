/**
 * When a client's connection closes, every request on it is told. Of pipelined requests (RFC 9112 §9.3.2) only the response
 * whose turn it is hears of the close; the others would be answered for nobody.
 */
import type { Socket } from 'node:net'

const listenersOf = new WeakMap<Socket, Set<() => void>>()

/** @returns the way to stop listening */
export function onClientGone(socket: Socket, gone: () => void): () => void {
  const listeners = listenersOf.get(socket) ?? listen(socket)
  listeners.add(gone)
  return () => listeners.delete(gone)
}

// One listener for a socket, however many requests wait on it.
function listen(socket: Socket): Set<() => void> {
  const listeners = new Set<() => void>()
  listenersOf.set(socket, listeners)
  socket.once('close', () => {
    for (const gone of [...listeners]) gone()
  })
  return listeners
}
