/** MCP with a token, in a client’s own revision and headers: it greets, lists the tools, calls one. */
import type { Test } from 'tap'
import { rpc } from '../../support/rpc.ts'
import type { Place, Protocol } from './real-client.ts'

export async function talk(
  t: Test,
  { version, clientInfo, headers, saysVersion, listens, leaves }: Protocol,
  { mcpUrl }: Place,
  token: string,
  studentId: string,
): Promise<void> {
  const greeting = { protocolVersion: version, capabilities: {}, clientInfo }
  const greeted = await rpc(mcpUrl, token, 'initialize', greeting, 0, headers)
  t.equal(greeted.status, 200, `initialize in ${version}`)
  t.equal(greeted.result?.protocolVersion, version, 'its own revision is spoken')

  const session = greeted.headers.get('mcp-session-id') ?? ''
  t.match(session, /^[\x21-\x7e]+$/, 'the session has an id')
  const later = {
    ...headers,
    'mcp-session-id': session,
    ...(saysVersion ? { 'mcp-protocol-version': version } : {}),
  }
  const authorized = { ...later, authorization: `Bearer ${token}` }
  const initialized = await fetch(mcpUrl, {
    method: 'POST',
    headers: {
      accept: 'application/json, text/event-stream',
      ...authorized,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }),
  })
  await initialized.body?.cancel()
  t.equal(initialized.status, 202, 'a notification is accepted')

  const listed = await rpc(mcpUrl, token, 'tools/list', {}, 1, later)
  t.match(listed.result, { tools: [{ name: 'get_student_info' }] })
  const ask = { name: 'get_student_info', arguments: {} }
  const called = await rpc(mcpUrl, token, 'tools/call', ask, 2, later)
  t.match(called.result?.structuredContent, { id: studentId }, 'the person’s own record')

  if (listens) {
    const stream = await fetch(mcpUrl, { headers: { ...authorized, accept: 'text/event-stream' } })
    await stream.body?.cancel()
    t.equal(stream.status, 200, 'C53: the stream of what the server says by itself')
  }
  if (leaves) {
    const left = await fetch(mcpUrl, { method: 'DELETE', headers: authorized })
    await left.body?.cancel()
    t.ok(left.ok, `C52: DELETE is 2xx, not ${left.status}`)
    const gone = await rpc(mcpUrl, token, 'tools/list', {}, 3, later)
    t.equal(gone.status, 404, 'C52: what ended is 404, upon which clients greet anew')
  }
}
