/** Where the installed clients go: a house, and the wire before it, which tells what each client really sent. */
import type { Test } from 'tap'
import { type Door, door } from '../../house/house.ts'
import { startHouse } from '../../support/house-of-npm-start.ts'
import { freePort } from '../../support/ports.ts'
import { type Passage, type RoundRobin, roundRobin } from '../../support/round-robin.ts'

/** Two gateways on Redis and Keycloak are one, too. */
export interface Place extends Door {
  outward: RoundRobin
}

export type Transport = '/mcp' | '/sse'

export function urlOf(place: Place, transport: Transport): URL {
  return new URL(transport, place.origin)
}

/** `npm start`: on memory, one process of each service. */
export async function startPlace(t: Test): Promise<Place> {
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const house = await startHouse(t, { PUBLIC_URL: origin, TRUSTED_PROXIES: '127.0.0.1,::1' })
  const outward = await roundRobin(port, [`http://127.0.0.1:${house.port}`])
  t.teardown(() => outward.close())
  return { ...door(origin), outward }
}

/** What passes from now on, to MCP's own paths. */
export function watchWire(place: Place): () => Passage[] {
  const start = place.outward.log.length
  return () =>
    place.outward.log.slice(start).filter(({ path }) => /^\/(mcp|sse|messages)$/.test(path))
}
