import t from 'tap'
import { greet } from '../../src/upstream/greet.ts'
import { atProvider } from '../support/at-provider.ts'

t.test('a misconfiguration is seen before anybody logs in, and asked about again', async (t) => {
  const good = await atProvider(t)
  const lying = await atProvider(t)
  lying.provider.misbehave({ metadata: { issuer: 'https://other.example' } })
  const waiting: (() => void)[] = []
  await greet([good.upstream, lying.upstream], (again) => void waiting.push(again))
  t.same([good.upstream.state, lying.upstream.state], ['reachable', 'misconfigured'])
  t.match(lying.logs.join(''), /"level":50.*"provider":"default".*names another issuer/)
  t.equal(waiting.length, 1)
  lying.provider.misbehave()
  lying.clock.now += 60_000
  waiting.pop()?.()
  for (let turn = 0; turn < 1000 && lying.upstream.state !== 'reachable'; turn++) {
    await new Promise(setImmediate)
  }
  t.equal(lying.upstream.state, 'reachable')
  t.equal(good.provider.calls.discovery, 1, 'who answered is not asked again')
  t.equal(waiting.length, 0)
})
