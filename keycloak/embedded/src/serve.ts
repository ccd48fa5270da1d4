/** The provider as an HTTP server on loopback. */
import { createServer, type Server } from 'node:http'
import { login, PAGE_HEADERS } from './login.ts'
import { messagePage } from './login-page.ts'
import { createProvider, LOGIN_PATH } from './provider.ts'
import type { Realm } from './realm.ts'

export function serveProvider(issuer: string, realm: Realm): Server {
  const provider = createProvider(issuer, realm)
  const handle = provider.callback()
  return createServer((request, response) => {
    if (request.url === '/healthz') {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"alive"}')
    } else if (request.url?.startsWith(LOGIN_PATH)) {
      // An interaction that is over, or another browser's, or a form too large.
      login(provider, realm, request, response).catch(() => {
        if (!response.headersSent) response.writeHead(400, PAGE_HEADERS)
        response.end(messagePage(request.headers['accept-language'], 'over'))
      })
    } else {
      void handle(request, response)
    }
  })
}
