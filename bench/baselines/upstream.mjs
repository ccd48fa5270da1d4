/** What stands behind every door: answers tools/call as an MCP server does, for next to nothing, or streams two events. */
import { createServer } from 'node:http'

const ANSWER = Buffer.from(
  JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    result: {
      content: [{ type: 'text', text: 'Ender Wiggin, Dragon Army, commander. '.repeat(10) }],
      structuredContent: { name: 'Ender Wiggin', army: 'Dragon Army', rank: 'commander' },
    },
  }),
)
const EVENT = 'event: message\ndata: {"jsonrpc":"2.0","method":"notifications/progress"}\n\n'
/** Milliseconds between the two events: whoever waits for the end shows it. */
const PAUSE = 20

createServer((request, response) => {
  request.resume()
  request.on('end', () => {
    if (request.headers['mcp-name'] !== 'stream') {
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': ANSWER.length,
      })
      response.end(ANSWER)
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
    response.write(EVENT)
    setTimeout(() => response.end(EVENT), PAUSE)
  })
}).listen(Number(process.env.PORT), '127.0.0.1')
