/**
 * Free ports below those the kernel hands out for outgoing connections (Linux from 32,768, others from 49,152): a port
 * out of that range is free when asked and, with other test files calling each other, somebody's a moment later.
 */
import { randomInt } from 'node:crypto'
import { isBusy } from '../../keycloak/embedded/src/ports.ts'

const LOWEST = 10_240
const LIMIT = 22_000

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
    if (!(await Promise.all(row.map(isBusy))).includes(true)) return first
  }
}
