/** As a client behaves: what is temporarily unavailable (503), as on a machine that is too busy for its Redis, is asked for again. */
import { beginSession, type WireSession } from '../../mcp/test/support/house.ts'

export async function served(send: () => Promise<Response>): Promise<Response> {
  for (;;) {
    const answer = await send()
    if (answer.status !== 503) return answer
    await answer.body?.cancel()
  }
}

/** A session; one that was not begun has no id. */
export async function begin(mcpUrl: URL, token: string): Promise<WireSession> {
  for (;;) {
    const session = await beginSession({ mcpUrl }, token)
    if (session.id !== '') return session
  }
}
