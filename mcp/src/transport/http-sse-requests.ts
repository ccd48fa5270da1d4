/**
 * The requests of one HTTP+SSE stream until they are answered: how many run counts among their person's, and those that change
 * the subscriptions do so once their answer says that it went well.
 */
import {
  isJSONRPCRequest,
  type JSONRPCMessage,
  type JSONRPCRequest,
  type RequestId,
} from '@modelcontextprotocol/server'
import { LONGEST_URI, MAX_SUBSCRIPTIONS } from '../sessions/session.ts'
import type { PersonLimits } from './person-limits.ts'

interface Running {
  onOver: () => void
  change?: { subscribes: boolean; uri: string }
}

export class HttpSseRequests {
  readonly subscriptions = new Set<string>()
  readonly #running = new Map<RequestId, Running>()
  readonly #limits: PersonLimits
  readonly #person: string

  constructor(limits: PersonLimits, person: string) {
    this.#limits = limits
    this.#person = person
  }

  /**
   * @returns false for what is to be left alone: it has the id of a request that runs (MCP 2024-11-05 "Requests": never used
   * before), and whatever was answered to it would be taken for the answer to that one
   * @throws Refused what is too much
   */
  received(message: JSONRPCMessage): boolean {
    if (isJSONRPCRequest(message)) return this.#begin(message)
    if ('method' in message && message.method === 'notifications/cancelled') {
      this.#over(message.params?.requestId as RequestId)
    }
    return true
  }

  sent(message: JSONRPCMessage): void {
    if ('method' in message || message.id === undefined) return
    const change = this.#over(message.id)?.change
    if (change === undefined || !('result' in message)) return
    const { subscribes, uri } = change
    if (!subscribes) this.subscriptions.delete(uri)
    else if (uri.length <= LONGEST_URI && this.subscriptions.size < MAX_SUBSCRIPTIONS) {
      this.subscriptions.add(uri)
    }
  }

  release(): void {
    for (const id of [...this.#running.keys()]) this.#over(id)
  }

  #begin({ id, method, params }: JSONRPCRequest): boolean {
    if (this.#running.has(id)) return false
    const onOver = this.#limits.beginCalls(this.#person, 1)
    const subscribes = method === 'resources/subscribe'
    const isChange = subscribes || method === 'resources/unsubscribe'
    const uri = params?.uri
    const change = isChange && typeof uri === 'string' && { subscribes, uri }
    this.#running.set(id, { onOver, ...(change && { change }) })
    return true
  }

  #over(id: RequestId): Running | undefined {
    const running = this.#running.get(id)
    this.#running.delete(id)
    running?.onOver()
    return running
  }
}
