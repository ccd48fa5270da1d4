// The least that Fastify can do with a call: parse JSON, answer JSON.
import fastify from 'fastify'

const app = fastify()
app.post('/mcp', async (request) => request.body)
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' })
