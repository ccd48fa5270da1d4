/** A client of the v2 SDK, not connected yet. */
import { Client } from '@modelcontextprotocol/client'
import type { ElicitResult } from '@modelcontextprotocol/server'

export type Era = 'modern' | 'legacy'
/** What the person answers when they are asked. */
export type Reply = (message: string) => ElicitResult

/** @param reply without it the client cannot ask the person */
export function newClient(era: Era, reply?: Reply): Client {
  const mode = era === 'modern' ? { pin: '2026-07-28' } : 'legacy'
  const capabilities = reply ? { elicitation: { form: {} } } : {}
  const client = new Client(
    { name: 'test', version: '1' },
    { capabilities, versionNegotiation: { mode } },
  )
  if (reply) {
    client.setRequestHandler('elicitation/create', ({ params }) => reply(params.message))
  }
  return client
}
