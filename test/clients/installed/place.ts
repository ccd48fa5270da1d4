/** Where the installed clients go: a house, and the wire before it, which tells what each client really sent. */
import type { Test } from 'tap'
import { type Door, door } from '../../house/house.ts'
import { startHouse } from '../../support/house-of-npm-start.ts'
import { freePort } from '../../support/ports.ts'
import { type Passage, type RoundRobin, roundRobin } from '../../support/round-robin.ts'
import type { Instructor } from './instructor.ts'

/** Two gateways on Redis and Keycloak are one, too. */
export interface Front extends Door {
  outward: RoundRobin
}

export interface Place extends Front {
  instructor: Instructor
}

export type Transport = '/mcp' | '/sse'

export function urlOf(place: Place, transport: Transport): URL {
  return new URL(transport, place.origin)
}

/** `npm start`: on memory, one process of each service. */
export async function startPlace(t: Test): Promise<Front> {
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const house = await startHouse(t, { PUBLIC_URL: origin, TRUSTED_PROXIES: '127.0.0.1,::1' })
  const outward = await roundRobin(port, [`http://127.0.0.1:${house.port}`])
  t.teardown(() => outward.close())
  return { ...door(origin), outward }
}

/** What passes from now on, to MCP's own paths, but for what the instructor sends. */
export class Wire {
  readonly #place: Place
  readonly #start: number

  constructor(place: Place) {
    this.#place = place
    this.#start = place.outward.log.length
  }

  passages(): Passage[] {
    return this.#place.outward.log
      .slice(this.#start)
      .filter(
        ({ path, authorization }) =>
          /^\/(mcp|sse|messages)$/.test(path) &&
          authorization !== this.#place.instructor.authorization,
      )
  }

  /** Resolves once the stream is open on which a session of 2025 hears what belongs to no call. */
  async standalone(): Promise<void> {
    const opens = ({ method, path, status }: Passage) =>
      method === 'GET' && path === '/mcp' && status === 200
    await this.#place.outward.answered(opens, this.#start)
  }

  /** Breaks the connection of the call that was made last. */
  cutCall(): void {
    this.passages()
      .findLast(({ method }) => method === 'POST')
      ?.cut()
  }
}
