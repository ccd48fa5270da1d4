/** The proxy that one writes in an afternoon: Fastify, @fastify/jwt at every request, @fastify/http-proxy. */
import { readFileSync } from 'node:fs'
import proxy from '@fastify/http-proxy'
import jwt from '@fastify/jwt'
import Fastify from 'fastify'

const app = Fastify()
await app.register(jwt, {
  secret: { public: readFileSync(process.env.PUBLIC_KEY ?? '', 'utf8') },
  verify: { algorithms: ['RS256'] },
})
await app.register(proxy, {
  upstream: process.env.UPSTREAM ?? '',
  prefix: '/mcp',
  rewritePrefix: '/mcp',
  preHandler: async (request, reply) => {
    try {
      await request.jwtVerify()
    } catch {
      return reply.code(401).header('www-authenticate', 'Bearer').send({ error: 'invalid_token' })
    }
  },
})
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' })
