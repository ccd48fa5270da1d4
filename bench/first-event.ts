/** How long the first event of a stream takes, and that it does not wait for the second. */

import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import type { Door } from './doors.ts'

/** Milliseconds. */
export interface EventTimes {
  first: number
  last: number
}

const BODY = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"stream"}}'
const agent = new Agent({ keepAlive: true, maxSockets: 1 })

export function eventTimes({ url, tokens }: Door): Promise<EventTimes> {
  const token = readFileSync(tokens, 'utf8').split('\n', 1)[0]
  return new Promise((resolve, reject) => {
    const began = performance.now()
    const outgoing = request(url, {
      agent,
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-name': 'stream',
        'content-length': BODY.length,
      },
    })
    outgoing.once('error', reject).once('response', (incoming) => {
      if (incoming.statusCode !== 200) reject(new Error(`${url} answered ${incoming.statusCode}`))
      let first = 0
      incoming.on('data', () => {
        first ||= performance.now() - began
      })
      incoming.once('end', () => resolve({ first, last: performance.now() - began }))
    })
    outgoing.end(BODY)
  })
}
