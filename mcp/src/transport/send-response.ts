/** A Response of the SDK on Node's own: what is whole leaves in one piece, a stream as it comes. */
import type { ServerResponse } from 'node:http'

type Reader = ReadableStreamDefaultReader<Uint8Array>

/** @param lateRefusal asked before the first byte leaves; true where it has answered in our place */
export async function sendResponse(
  response: ServerResponse,
  answer: Response,
  lateRefusal: () => boolean,
): Promise<void> {
  const reader = answer.body?.getReader()
  const type = answer.headers.get('content-type') ?? ''
  if (!type.startsWith('text/event-stream')) {
    const body = await whole(reader)
    if (lateRefusal() || response.destroyed) return
    // A result says no more; going through all headers is dear.
    const headers = answer.status === 200 ? { 'content-type': type } : headersOf(answer)
    response.writeHead(answer.status, { ...headers, 'content-length': body.length }).end(body)
    return
  }
  // A stream opens before its server has done anything; only until its first event can the status still change.
  let next = await reader?.read()
  if (lateRefusal() || response.destroyed) {
    await reader?.cancel()
    return
  }
  response.once('close', () => void reader?.cancel().catch(() => {}))
  response.writeHead(answer.status, headersOf(answer))
  while (next?.value !== undefined) {
    if (!response.write(next.value)) await drained(response)
    if (response.destroyed) return
    next = await reader?.read()
  }
  response.end()
}

async function whole(reader: Reader | undefined): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for (let next = await reader?.read(); next?.value !== undefined; next = await reader?.read()) {
    chunks.push(next.value)
  }
  return Buffer.concat(chunks)
}

function headersOf({ headers }: Response): Record<string, string> {
  return Object.fromEntries(headers)
}

export async function drained(response: ServerResponse): Promise<void> {
  if (response.destroyed || !response.writableNeedDrain) return
  await new Promise<void>((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done)
      resolve()
    }
    response.on('drain', done).on('close', done)
  })
}
