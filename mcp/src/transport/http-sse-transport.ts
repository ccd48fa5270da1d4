/** The classic SDK's transport of HTTP+SSE, which tells what it is about to send. */
import type { ServerResponse } from 'node:http'
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js'
import type { JSONRPCMessage } from '@modelcontextprotocol/server'

/** What a client posts to is relative to the origin, so it is the same through the gateway. */
const MESSAGES = '/messages'

export class HttpSseTransport extends SSEServerTransport {
  readonly #onSend: (message: JSONRPCMessage) => void

  constructor(response: ServerResponse, onSend: (message: JSONRPCMessage) => void) {
    super(MESSAGES, response)
    this.#onSend = onSend
  }

  override async send(message: Parameters<SSEServerTransport['send']>[0]): Promise<void> {
    this.#onSend(message as JSONRPCMessage)
    await super.send(message)
  }
}
