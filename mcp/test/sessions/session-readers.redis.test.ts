import { randomUUID } from 'node:crypto'
import t from 'tap'
import { anyRedis } from '../../../test/support/redis.ts'
import { openSessions } from '../support/redis-sessions.ts'
import { keepsItsPromises } from './session-reader-promises.ts'

const { url, prefix } = await anyRedis(t)

await keepsItsPromises(t, (t, limits) =>
  openSessions(t, [url], `${prefix}${randomUUID()}:`, limits),
)
