/** Right DPoP proofs (RFC 9449) with one member changed, each signed anew: never a 5xx, a token only while they are right. */
import { createPrivateKey, randomUUID, sign } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import { type Door, openDoor } from '../support/door.ts'
import { MACHINE, machineRequest } from '../support/dpop-door.ts'
import { dpopKey } from '../support/dpop-key.ts'
import { text } from './hostile-text.ts'
import { brokenPromise, holds } from './promises.ts'

const key = await dpopKey()
const privateKey = createPrivateKey({ key: { ...key.privateJwk }, format: 'jwk' })

/** As no library would sign it, but with a signature that fits. */
function signed(header: object, claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const input = `${part(header)}.${part(claims)}`
  const signature = sign('sha256', Buffer.from(input), {
    key: privateKey,
    dsaEncoding: 'ieee-p1363',
  })
  return `${input}.${signature.toString('base64url')}`
}

async function answered(door: Door, dpop: string) {
  const response = await door.post('/token', machineRequest, { dpop })
  const broken = brokenPromise(response, [])
  if (broken !== undefined) throw new Error(broken)
  return response
}

const rightHeader = { typ: 'dpop+jwt', alg: 'ES256', jwk: key.jwk }
const rightClaims = (now: number) => ({
  jti: randomUUID() as unknown,
  htm: 'POST',
  htu: 'http://localhost:3000/token',
  iat: now,
})

/** Which values of a member leave the proof right; `now` in seconds. */
const rules: Record<string, (value: unknown, now: number) => boolean> = {
  typ: (value) => typeof value === 'string' && /^(application\/)?dpop\+jwt$/i.test(value),
  alg: (value) => value === 'ES256',
  jwk: () => false,
  crit: (value) => value === undefined,
  kid: () => true,
  jti: (value) => typeof value === 'string' && value.length > 0 && value.length <= 256,
  htm: (value) => value === 'POST',
  htu: () => false,
  iat: (value, now) => typeof value === 'number' && now - value <= 300 && value - now <= 60,
  exp: (value, now) => value === undefined || (typeof value === 'number' && value > now - 60),
  nbf: (value, now) => value === undefined || (typeof value === 'number' && value <= now + 60),
}

t.test('fuzz: /token: a DPoP proof with one member changed', async (t) => {
  const door = await openDoor(t, { CLIENTS: MACHINE })
  const now = door.clock.now / 1000
  const used = new Set<unknown>()
  const value = fc.oneof(
    fc.jsonValue(),
    text,
    fc.constant(undefined),
    fc.integer({ min: -400, max: 400 }).map((off) => now + off),
  )
  const change = fc.record({ member: fc.constantFrom(...Object.keys(rules)), value })
  await holds(
    t,
    fc.asyncProperty(change, async ({ member, value }) => {
      const inHeader = ['typ', 'alg', 'jwk', 'crit', 'kid'].includes(member)
      const header = { ...rightHeader, ...(inHeader ? { [member]: value } : {}) }
      const claims = { ...rightClaims(now), ...(inHeader ? {} : { [member]: value }) }
      const response = await answered(door, signed(header, claims))
      const isRight = rules[member]?.(value, now) && !used.has(claims.jti)
      if (isRight) used.add(claims.jti)
      if ((response.statusCode === 200) !== isRight) throw new Error(response.body)
    }),
    300,
  )
})

t.test(
  'fuzz: /token: whatever its jwk says beside, a token is bound to the key that signed',
  async (t) => {
    const door = await openDoor(t, { CLIENTS: MACHINE })
    const now = door.clock.now / 1000
    const MEMBERS = [
      'kty',
      'crv',
      'x',
      'y',
      'd',
      'n',
      'e',
      'k',
      'use',
      'alg',
      'key_ops',
      'ext',
      'oth',
    ]
    const more = fc.dictionary(fc.oneof(fc.constantFrom(...MEMBERS), text), fc.jsonValue(), {
      maxKeys: 3,
    })
    await holds(
      t,
      fc.asyncProperty(more, async (members) => {
        const header = { ...rightHeader, jwk: { ...key.jwk, ...members } }
        const response = await answered(door, signed(header, rightClaims(now)))
        if (response.statusCode !== 200) return
        const token: string = response.json().access_token
        const introspected = await door.post('/introspect', { ...machineRequest, token })
        const { cnf } = introspected.json()
        if (cnf?.jkt !== key.jkt) throw new Error('another key, or none')
      }),
      200,
    )
  },
)
