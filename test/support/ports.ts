/**
 * Free ports below those the kernel hands out for outgoing connections (Linux from 32,768, others from 49,152): a port
 * out of that range is free when asked and, with other test files calling each other, somebody's a moment later.
 */
import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

const LOWEST = 10_240
const LIMIT = 22_000
const LOOPBACK = ['127.0.0.1', '::1']

/** Ports of one process differ, also before anything listens on them. */
const given = new Set<number>()

/** A free port; 10,000 above it, where a cluster node has its bus, is below the kernel's range too. */
export function freePort(): Promise<number> {
  return freePorts(1)
}

/** @returns the first of so many free ports in a row */
export async function freePorts(count: number): Promise<number> {
  for (;;) {
    const first = randomInt(LOWEST, LIMIT)
    const row = Array.from({ length: count }, (_, offset) => first + offset)
    if (row.some((port) => given.has(port))) continue
    for (const port of row) given.add(port)
    if ((await Promise.all(row.map(isFree))).every(Boolean)) return first
  }
}

async function isFree(port: number): Promise<boolean> {
  for (const host of LOOPBACK) {
    const free = await new Promise<boolean>((resolve) => {
      const probe = createServer()
      // A machine without IPv6 has nobody on ::1.
      probe.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code !== 'EADDRINUSE'))
      probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)))
    })
    if (!free) return false
  }
  return true
}
