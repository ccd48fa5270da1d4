/**
 * Holds an answer back until its first bytes are there. A 2025-era answer is a stream whose 200 would leave before the
 * tool has run; only while nothing has left can an outage still be told by the status.
 */

/** The same answer, once its body has begun. Bodies that are whole at once pass as they are. */
export async function withFirstBytes(response: Response): Promise<Response> {
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream')
  if (response.body === null || !isStream) return response
  const reader = response.body.getReader()
  const first = await reader.read()
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      if (first.done) controller.close()
      else controller.enqueue(first.value)
    },
    async pull(controller) {
      const next = await reader.read()
      if (next.done) controller.close()
      else controller.enqueue(next.value)
    },
    cancel: (reason) => reader.cancel(reason),
  })
  return new Response(body, { status: response.status, headers: response.headers })
}
