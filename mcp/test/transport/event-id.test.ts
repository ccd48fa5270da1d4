import { randomUUID } from 'node:crypto'
import t from 'tap'
import { STANDALONE } from '../../src/sessions/session.ts'
import { parseEventId, writeEventId } from '../../src/transport/event-id.ts'

t.test('MCP 2025-11-25 Transports: an id tells the stream and the place in it', async (t) => {
  const ofCall = { stream: randomUUID(), logged: '1700000000000-7' }
  t.strictSame(parseEventId(writeEventId(ofCall)), ofCall)
  const standalone = { stream: STANDALONE, logged: '1700000000000-7', fed: '0-0' }
  t.strictSame(parseEventId(writeEventId(standalone)), standalone)
})

t.test('what is no id of ours is none', async (t) => {
  const uuid = randomUUID()
  for (const made of [
    '',
    '1',
    '1-1',
    '1-1_',
    '1-1__',
    `_${uuid}`,
    `1-1_${uuid} `,
    `1-1_${uuid}\n`,
    `1-1_${uuid.toUpperCase()}x`,
    `-1-1_${uuid}`,
    `1_${uuid}`,
    `(1-1_${uuid}`,
    `+_${uuid}`,
    `9999999999999999-0_${uuid}`,
    `0-18446744073709551616_${uuid}`,
    '1-1_1-9999999999999999_',
    `1-1_${'0'.repeat(100_000)}`,
  ]) {
    t.equal(parseEventId(made), undefined, made.slice(0, 80))
  }
})
