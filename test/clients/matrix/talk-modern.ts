/** MCP 2026-07-28 with a token: no `initialize` and no session; each request says revision, method and name in its headers. */
import type { Test } from 'tap'
import { modernRpc } from '../../support/rpc.ts'
import type { Place, Protocol } from './real-client.ts'

const VERSION = '2026-07-28'

export async function talkModern(
  t: Test,
  { clientInfo, headers }: Protocol,
  { mcpUrl }: Place,
  token: string,
  studentId: string,
): Promise<void> {
  const send = (method: string, params: Record<string, unknown> = {}) =>
    modernRpc(mcpUrl, token, method, params, `modern-${method}`, headers, clientInfo)

  // C55: answered, or refused at once as JSON-RPC, so that the client falls back to `initialize`.
  const discovered = await send('server/discover')
  t.match(discovered.result, { supportedVersions: [VERSION] }, 'C55: server/discover')
  const listed = await send('tools/list')
  t.match(listed.result, { tools: [{ name: 'get_student_info' }] }, VERSION)
  const called = await send('tools/call', { name: 'get_student_info', arguments: {} })
  t.match(called.result?.structuredContent, { id: studentId }, `a tool in ${VERSION}`)
}
