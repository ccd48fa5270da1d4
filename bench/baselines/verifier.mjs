/** What nginx's auth_request asks: jose once a token, then a Map. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { importSPKI, jwtVerify } from 'jose'

const key = await importSPKI(readFileSync(process.env.PUBLIC_KEY ?? '', 'utf8'), 'RS256')
const verified = new Map()

createServer(async (request, response) => {
  const token = request.headers.authorization?.slice('Bearer '.length) ?? ''
  const known = verified.get(token)
  if (known === undefined || known <= Date.now()) {
    try {
      const { payload } = await jwtVerify(token, key, { algorithms: ['RS256'] })
      verified.set(token, payload.exp * 1000)
    } catch {
      response.writeHead(401, { 'www-authenticate': 'Bearer' }).end()
      return
    }
  }
  response.writeHead(204).end()
}).listen(Number(process.env.PORT), '127.0.0.1')
