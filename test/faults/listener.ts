/** A client of 2026-07-28 that listens, and listens anew whenever its stream has ended: there is nothing to resume from. */
import { type Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import type { Test } from 'tap'
import { newClient } from '../../mcp/test/support/client.ts'
import type { Replicas } from './replicas.ts'
import { Tally } from './tally.ts'

/** A client that any replica may serve. */
export async function connectModern(t: Test, { mcpUrl }: Replicas): Promise<Client> {
  const client = newClient('modern')
  await client.connect(new StreamableHTTPClientTransport(mcpUrl))
  t.teardown(() => client.close())
  return client
}

/** A client of that replica; what it is asked for is another's as soon as `at` says so. */
export async function connectTo(
  { services, gateway, mcpUrl }: Replicas,
  at: () => number,
): Promise<Client> {
  const client = newClient('modern')
  const send = async (url: string | URL, init: RequestInit = {}) => {
    const headers = new Headers(init.headers)
    headers.set('authorization', `Bearer ${await gateway.mint()}`)
    return await fetch(new URL(new URL(url).pathname, services[at()]?.origin), { ...init, headers })
  }
  await client.connect(new StreamableHTTPClientTransport(mcpUrl, { fetch: send }))
  return client
}

export interface Listener {
  /** How often it was said to it that it is listened to from now on. */
  begun: Tally
  /** How often it was told that the list of tools has changed. */
  changes: Tally
  /** How its streams ended: `graceful` by the server's word, `remote` without one. */
  ends: string[]
  /** The replica that it listens to; the next one as soon as its stream has ended, or it was refused. */
  holder: number
}

/**
 * Resolves once it listens to that replica. What happens between the end of a stream and the acknowledgement of the next is not
 * told, by the protocol.
 */
export async function listen(t: Test, house: Replicas, holder: number): Promise<Listener> {
  const listener: Listener = { begun: new Tally(), changes: new Tally(), ends: [], holder }
  const client = await connectTo(house, () => listener.holder)
  client.setNotificationHandler('notifications/tools/list_changed', () => listener.changes.count())
  let over = false
  t.teardown(() => {
    over = true
    return client.close()
  })
  const keepListening = async () => {
    while (!over) {
      const opened = await client.listen({ toolsListChanged: true }).catch(() => undefined)
      if (opened !== undefined) {
        listener.begun.count()
        listener.ends.push(await opened.closed)
      }
      listener.holder = (listener.holder + 1) % house.services.length
    }
  }
  void keepListening()
  await listener.begun.reaches(1)
  return listener
}
