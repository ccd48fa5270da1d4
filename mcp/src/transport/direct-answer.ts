/**
 * The result of a 2026-07-28 request, straight to Node's response. The SDK's transport would wrap it in a Response, whose body
 * is a stream that has to be read again, and both cost more than a small tool. Only what leaves whole and with 200 goes this way:
 * errors, whose status the SDK knows, and streams pass through its transport as before.
 */
import type {
  JSONRPCMessage,
  McpServer,
  MessageExtraInfo,
  Transport,
  TransportSendOptions,
} from '@modelcontextprotocol/server'
import { messageJson } from '../written-once.ts'
import { errorFor, INTERNAL_ERROR } from './json-rpc-error.ts'

/**
 * @param server not connected yet
 * @param request as the server is to see it
 * @param answer takes a result as JSON; called once at most
 */
export function answerDirectly(
  server: McpServer,
  request: Request,
  answer: (json: string) => void,
): void {
  const connect = server.connect.bind(server)
  server.connect = (transport) => {
    // A server outlives its request until V8 collects all of its heap (bench/README.md); the request need not.
    server.connect = connect
    return connect(new DirectAnswer(transport, request, answer))
  }
}

class DirectAnswer implements Transport {
  onclose?: () => void
  onerror?: (error: Error) => void
  onmessage?: (message: JSONRPCMessage, extra?: MessageExtraInfo) => void
  readonly #transport: Transport
  readonly #request: Request
  readonly #answer: (json: string) => void
  /** Something has gone to the SDK's transport, and so must all that follows. */
  #passedOn = false
  #answered = false
  #ended = false

  constructor(transport: Transport, request: Request, answer: (json: string) => void) {
    this.#transport = transport
    this.#request = request
    this.#answer = answer
  }

  start(): Promise<void> {
    const transport = this.#transport
    transport.onclose = () => this.#end()
    transport.onerror = (error) => this.onerror?.(error)
    transport.onmessage = (message, extra) =>
      this.onmessage?.(message, { ...extra, request: this.#request })
    return transport.start()
  }

  async send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    if (this.#answered) return
    if (this.#passedOn || !('result' in message)) return this.#passOn(message, options)
    let json: string
    try {
      json = messageJson(message)
    } catch (error) {
      this.onerror?.(error as Error)
      return this.#passOn(errorFor(message.id, INTERNAL_ERROR, 'Internal error'))
    }
    this.#answered = true
    this.#answer(json)
    // Later than the SDK has let go of the request: it would cancel what has just been answered.
    process.nextTick(() => this.#end())
  }

  /** The SDK's transport is not told of an answer: it would make an error of the Response that nobody waits for any more. */
  async close(): Promise<void> {
    if (!this.#answered) return this.#transport.close()
  }

  #end(): void {
    if (this.#ended) return
    this.#ended = true
    this.onclose?.()
  }

  #passOn(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    this.#passedOn = true
    return this.#transport.send(message, options)
  }
}
