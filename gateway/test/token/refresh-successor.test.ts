import t from 'tap'
import { sealSuccessor, unsealSuccessor } from '../../src/token/refresh-successor.ts'

t.test('only the holder of the old token opens its successor', async (t) => {
  const sealed = sealSuccessor('old token', 'bsg_rt_successor')
  t.equal(unsealSuccessor('old token', sealed), 'bsg_rt_successor')
  t.notMatch(Buffer.from(sealed, 'base64url').toString('latin1'), /successor/)
  t.throws(() => unsealSuccessor('another token', sealed))
  t.throws(() => unsealSuccessor('old token', `${sealed.slice(0, -4)}AAAA`))
  t.throws(() => unsealSuccessor('old token', sealed.slice(0, 20)))
  t.not(sealSuccessor('old token', 'bsg_rt_successor'), sealed)
})
