import t, { type Test } from 'tap'
import { verifyAssertion } from '../../src/authentication/assertion.ts'
import { gatewayKeys } from '../../src/authentication/gateway-keys.ts'
import { AUDIENCE, ISSUER, startGateway } from '../support/gateway.ts'

async function setUp(t: Test, cooldown: number) {
  const gateway = await startGateway()
  t.teardown(() => gateway.close())
  const keys = gatewayKeys(gateway.jwksUrl, cooldown)
  const rules = { issuer: ISSUER, audience: AUDIENCE, keys, resourceMetadataUrl: '', now: Date.now }
  return { gateway, verify: async () => verifyAssertion(await gateway.mint(), rules) }
}

t.test('the keys are read with the first assertion, and once', async (t) => {
  const { gateway, verify } = await setUp(t, 0)
  t.equal(gateway.reads(), 0)
  await Promise.all([verify(), verify(), verify()])
  t.equal(gateway.reads(), 1)
})

t.test('an unknown key id has the keys read again', async (t) => {
  const { gateway, verify } = await setUp(t, 0)
  await verify()
  await gateway.rotate()
  t.ok(await verify())
  t.equal(gateway.reads(), 2)
})

t.test('unknown key ids cause one read in a cooldown', async (t) => {
  const { gateway, verify } = await setUp(t, 60_000)
  await verify()
  await gateway.rotate()
  for (let count = 0; count < 5; count++) {
    await t.rejects(verify(), { name: 'InvalidAssertionError' })
  }
  t.equal(gateway.reads(), 1)
})

t.test('keys that cannot be read are our fault, and are read anew next time', async (t) => {
  const { gateway, verify } = await setUp(t, 0)
  for (const failure of [500, 404, 'silence'] as const) {
    gateway.failWith(failure)
    await t.rejects(verify(), { name: 'KeysUnavailableError' }, String(failure))
  }
  gateway.failWith(undefined)
  t.ok(await verify())
})

t.test('nobody listening at the address of the keys is our fault too', async (t) => {
  const { gateway, verify } = await setUp(t, 0)
  await gateway.close()
  await t.rejects(verify(), { name: 'KeysUnavailableError' })
})
