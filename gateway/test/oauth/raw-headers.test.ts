import t from 'tap'
import { headerValues } from '../../src/oauth/raw-headers.ts'

t.test(
  'RFC 9110 §5.3: every header of that name is seen, whatever its case, and nothing else',
  async (t) => {
    t.same(headerValues([], 'authorization'), [])
    const others = ['Accept', 'authorization', 'x-authorization', 'a']
    t.same(headerValues(others, 'authorization'), [])
    const twice = ['AUTHORIZATION', 'Bearer a', 'host', 'h', 'authorization', 'Bearer b']
    t.same(headerValues(twice, 'authorization'), ['Bearer a', 'Bearer b'])
    t.same(headerValues([...twice, 'DPoP', 'proof'], 'dpop'), ['proof'])
  },
)
