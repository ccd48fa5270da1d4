/** By which of the published keys a statement is verified. */
import { generateKeyPairSync } from 'node:crypto'
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import t from 'tap'
import { isBrokenKey, verifyJwt } from '../../src/oauth/verify-jwt.ts'

const { privateKey, publicKey } = await generateKeyPair('RS256')
const { publicKey: another } = await generateKeyPair('RS256')
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' })
const [ours, other] = [await exportJWK(publicKey), await exportJWK(another)]
const jwt = await new SignJWT().setProtectedHeader({ alg: 'RS256' }).sign(privateKey)

const verified = (...keys: JWK[]) =>
  verifyJwt(jwt, async () => ({ keys }), { algorithms: ['RS256'] })

t.test('RFC 7517 §5: a key that cannot be used keeps no other from being tried', async (t) => {
  for (const keys of [
    [weak, ours],
    [other, weak, ours],
    [ours, weak],
  ]) {
    t.notOk((await verified(...keys)) instanceof Error)
  }
  t.ok(isBrokenKey(await verified(other, weak)), 'it may have been the one that signed')
  t.match(await verified(other), { code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' })
})
