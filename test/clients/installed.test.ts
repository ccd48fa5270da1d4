/** Clients that are installed from npm and run as they are, each with a login of its own, against `npm start`. */
import t from 'tap'
import { mcpRemote } from './installed/mcp-remote.ts'
import { startPlace } from './installed/place.ts'
import { sdk1 } from './installed/sdk-1.ts'
import { sdk2 } from './installed/sdk-2.ts'

const place = await startPlace(t)

t.test('the SDK of 2025', (t) => sdk1(t, place))
t.test('the SDK of 2026', (t) => sdk2(t, place))
t.test('mcp-remote', (t) => mcpRemote(t, place))
