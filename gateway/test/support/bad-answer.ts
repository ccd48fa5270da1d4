/** What a provider may answer instead of what was asked. */
import type { ServerResponse } from 'node:http'

/**
 * A bare status, an OAuth error, or worse: `hang` never answers, `reset` cuts the connection, `huge` is 2 MB of JSON,
 * `redirect` a 302 to /elsewhere.
 */
export type BadAnswer =
  | 'hang'
  | 'reset'
  | 'huge'
  | 'html'
  | 'redirect'
  | number
  | { status: number; error: string; challenge?: string }

export function answerBadly(bad: BadAnswer, response: ServerResponse): void {
  switch (bad) {
    case 'hang':
      break
    case 'reset':
      response.destroy()
      break
    case 'huge':
      json(response, 200, { padding: 'x'.repeat(2 * 1024 * 1024) })
      break
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Hello</h1>')
      break
    case 'redirect':
      response.writeHead(302, { location: '/elsewhere' }).end()
      break
    default:
      if (typeof bad === 'number') response.writeHead(bad).end()
      else {
        const headers = bad.challenge === undefined ? {} : { 'www-authenticate': bad.challenge }
        json(response, bad.status, { error: bad.error }, headers)
      }
  }
}

export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}
