/** Clients that are installed from npm and PyPI and run as they are, each with a login of its own, against any house. */
import type { Test } from 'tap'
import { inspector } from './inspector.ts'
import { instructorOf } from './instructor.ts'
import { mcpRemote } from './mcp-remote.ts'
import type { Front } from './place.ts'
import { python } from './python.ts'
import { sdk1 } from './sdk-1.ts'
import { sdk2 } from './sdk-2.ts'

export async function installed(t: Test, front: Front): Promise<void> {
  const place = { ...front, instructor: await instructorOf(front) }
  await t.test('the SDK of 2025', (t) => sdk1(t, place))
  await t.test('the SDK of 2026', (t) => sdk2(t, place))
  await t.test('mcp-remote', (t) => mcpRemote(t, place))
  await t.test('MCP Inspector', (t) => inspector(t, place))
  await t.test('the clients of PyPI', (t) => python(t, place))
}
