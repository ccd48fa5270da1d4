/** Two people at one door, and one who will not come in. */
import { Agent, request } from 'node:http'
import type { Test } from 'tap'
import { ClaudeClient } from '../support/claude-client.ts'
import { press } from '../support/person.ts'
import { asModern, callTool } from '../support/rpc.ts'
import type { Door } from './house.ts'

export async function people(t: Test, door: Door): Promise<void> {
  t.test('two people, with equal JSON-RPC ids at once: each gets their own answer', async (t) => {
    const client = await ClaudeClient.register(door.origin)
    const ender = await client.connect(door.person('ender'))
    const bean = await client.connect(door.person('bean'))
    for (let round = 0; round < 5; round++) {
      const [first, second] = await Promise.all([
        callTool(door.mcpUrl, ender.access_token, 'get_student_info', 'same'),
        callTool(door.mcpUrl, bean.access_token, 'get_student_info', 'same'),
      ])
      t.match(first, { id: 'same', result: { structuredContent: { id: 'BS-2401' } } })
      t.match(second, { id: 'same', result: { structuredContent: { id: 'BS-2507' } } })
    }
  })

  t.test('two people’s calls interleaved over one pool: no answer holds the other’s', async (t) => {
    const client = await ClaudeClient.register(door.origin)
    const tokens = [
      (await client.connect(door.person('ender'))).access_token,
      (await client.connect(door.person('bean'))).access_token,
    ]
    const own = [/BS-2401.*Ender/, /BS-2507.*Bean/]
    // In pairs, so that each meets both gateways.
    const whose = (index: number) => (index >> 1) % 2
    const agent = new Agent({ keepAlive: true, maxSockets: 4 })
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        callOver(agent, door.mcpUrl, tokens[whose(index)] ?? '', index),
      ),
    )
    agent.destroy()
    const wrong = answers.filter(
      (answer, index) =>
        !own[whose(index)]?.test(answer) ||
        own[1 - whose(index)]?.test(answer) ||
        !answer.includes(`"id":${index}`),
    )
    t.equal(answers.length, 200)
    t.same(wrong, [])
  })

  t.test('Cancel means access_denied, and the provider is never met', async (t) => {
    const client = await ClaudeClient.register(door.origin)
    const browser = client.browser()
    const { url, state } = client.authorization()
    const page = await press(browser, await browser.open(url), 'cancel')
    t.match(Object.fromEntries(page.url.searchParams), { error: 'access_denied', state })
    t.same(
      [...new Set(browser.visited.map(({ origin }) => origin))],
      [door.origin, new URL(client.redirectUri).origin],
    )
  })
}

function callOver(agent: Agent, url: URL, token: string, id: number): Promise<string> {
  const method = 'tools/call'
  const { params, headers } = asModern(method, { name: 'get_student_info', arguments: {} })
  return new Promise((resolve, reject) => {
    const call = request(url, {
      agent,
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...headers,
      },
    })
    call.on('response', async (response) => {
      let text = ''
      for await (const chunk of response.setEncoding('utf8')) text += chunk
      resolve(text)
    })
    call.on('error', reject)
    call.end(JSON.stringify({ jsonrpc: '2.0', id, method, params }))
  })
}
