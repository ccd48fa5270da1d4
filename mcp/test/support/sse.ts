/** Reads server-sent events as they come. */
import { EventSourceParserStream } from 'eventsource-parser/stream'

export interface SseEvent {
  event?: string | undefined
  id?: string | undefined
  data: string
}

export interface OpenSse {
  response: Response
  /** The next event of that name, those before it being left out; of any name without one. */
  next(name?: string): Promise<SseEvent>
  /** All that comes until the stream ends. */
  rest(): Promise<SseEvent[]>
  close(): void
}

export async function openSse(
  url: URL,
  headers: Record<string, string>,
  init: RequestInit = {},
): Promise<OpenSse> {
  const abort = new AbortController()
  const response = await fetch(url, { ...init, headers, signal: abort.signal })
  return readSse(response, () => abort.abort())
}

/** @throws where the stream ends before the event came */
export function readSse(response: Response, close: () => void): OpenSse {
  if (response.body === null) throw new Error(`no stream: ${response.status}`)
  const reader = response.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
    .getReader()
  return {
    response,
    async next(name) {
      for (;;) {
        const { done, value } = await reader.read()
        if (done) throw new Error(`the stream ended before ${name ?? 'an event'} came`)
        if (name === undefined || value.event === name) return value
      }
    },
    async rest() {
      const events: SseEvent[] = []
      for (;;) {
        const { done, value } = await reader.read()
        if (done) return events
        events.push(value)
      }
    },
    close() {
      close()
      reader.closed.catch(() => {})
    },
  }
}
