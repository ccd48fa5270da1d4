/** Colonel Graff, by whom the school changes while a client of a student's watches. */
import type { Door } from '../../house/house.ts'
import { ClaudeClient } from '../../support/claude-client.ts'
import { modernRpc } from '../../support/rpc.ts'

export interface Instructor {
  /** The header of his requests. */
  authorization: string
  /** Says who has won. */
  report(battle: Battle): Promise<void>
}

export interface Battle {
  id: string
  armies: string[]
}

export async function instructorOf({ origin, mcpUrl, person }: Door): Promise<Instructor> {
  const client = await ClaudeClient.register(origin)
  const { access_token } = await client.connect(person('graff'))
  return {
    authorization: `Bearer ${access_token}`,
    async report({ id, armies }) {
      const report = { battleId: id, winnerName: armies[0] }
      const params = { name: 'report_battle', arguments: report }
      const { result } = await modernRpc(mcpUrl, access_token, 'tools/call', params)
      if (!result || result.isError) throw new Error(`not reported: ${JSON.stringify(result)}`)
    },
  }
}
