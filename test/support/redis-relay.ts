/** A wire to Redis that can be cut for subscribers alone, so that what is announced is lost while commands still work. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export type Cut =
  /** Nothing comes from Redis any more, and nobody says so. */
  | 'silent'
  /** Connections end, and new ones do too. */
  | 'severed'

export interface RedisRelay {
  url: string
  /** @returns how many subscribers were cut off */
  cut(how: Cut): number
  mend(): void
  /** The next command with this text reaches Redis and is carried out; its answer is lost with the connection. */
  loseAnswerTo(text: string): void
  /** From now on. @param pace bytes a second that come from Redis on one connection */
  slow(pace: number): void
  close(): Promise<void>
}

export async function redisRelay(redisUrl: string): Promise<RedisRelay> {
  const target = new URL(redisUrl)
  const subscribers = new Set<Socket>()
  const sockets = new Set<Socket>()
  const unanswered = new Set<Socket>()
  let state: Cut | undefined
  let marked: string | undefined
  let pace = Number.POSITIVE_INFINITY

  const server = createServer((client) => {
    const redis = connect(Number(target.port || 6379), target.hostname)
    for (const [socket, other] of [
      [client, redis],
      [redis, client],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        other.destroy()
        sockets.delete(socket)
        subscribers.delete(client)
      })
    }
    client.on('data', (chunk) => {
      if (/subscribe/i.test(chunk.toString('latin1'))) {
        subscribers.add(client)
        if (state === 'severed') client.destroy()
      }
      if (marked !== undefined && chunk.includes(marked)) {
        marked = undefined
        unanswered.add(client)
      }
      if (!client.destroyed) redis.write(chunk)
    })
    redis.on('data', (chunk) => {
      if (unanswered.delete(client)) client.destroy()
      else if (state === 'silent' && subscribers.has(client)) return
      else if (pace === Number.POSITIVE_INFINITY) client.write(chunk)
      else {
        redis.pause()
        setTimeout(
          () => {
            client.write(chunk)
            redis.resume()
          },
          (chunk.length / pace) * 1000,
        )
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(target)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)

  const dropSubscribers = () => {
    for (const socket of [...subscribers]) socket.destroy()
  }
  return {
    url: url.href,
    cut(how) {
      state = how
      const count = subscribers.size
      if (how === 'severed') dropSubscribers()
      return count
    },
    mend() {
      // After a silence both ends would wait for what never came.
      if (state === 'silent') dropSubscribers()
      state = undefined
    },
    loseAnswerTo(text) {
      marked = text
    },
    slow(bytes) {
      pace = bytes
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
