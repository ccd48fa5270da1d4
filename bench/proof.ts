/** Shows that a door checks while it is measured: asks ten times a second with a bad token, and watches a revocation. */
import { Agent, request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

export interface Refusals {
  asked: number
  refused: number
}

const PERIOD = 100
const agent = new Agent({ keepAlive: true, maxSockets: 1 })

/** Asks until `until` settles. */
export async function countRefusals(
  url: string,
  badToken: string,
  until: Promise<unknown>,
): Promise<Refusals> {
  const counted = { asked: 0, refused: 0 }
  let over = false
  const end = until.finally(() => {
    over = true
  })
  while (!over) {
    counted.asked++
    if ((await statusOf(url, badToken)) === 401) counted.refused++
    await pause(PERIOD)
  }
  await end
  return counted
}

/** Milliseconds from the revocation to the first 401. */
export async function timeToRefusal(
  url: string,
  token: string,
  revoke: () => Promise<unknown>,
): Promise<number> {
  const before = await statusOf(url, token)
  if (before !== 200) throw new Error(`the token to be revoked is answered ${before}`)
  const revoking = revoke().then(() => performance.now())
  while ((await statusOf(url, token)) !== 401) await pause(1)
  return performance.now() - (await revoking)
}

function statusOf(url: string, token: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const outgoing = request(url, { agent, method: 'POST', headers }, (incoming) => {
      incoming.resume().once('end', () => resolve(incoming.statusCode ?? 0))
    })
    outgoing.once('error', reject).end('{}')
  })
}
