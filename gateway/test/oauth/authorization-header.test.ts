import t from 'tap'
import { authorizationsOf } from '../../src/oauth/authorization-header.ts'

t.test(
  'RFC 9110 §5.3: every Authorization header is seen, whatever its case, and nothing else',
  async (t) => {
    t.same(authorizationsOf([]), [])
    t.same(authorizationsOf(['Accept', 'authorization', 'x-authorization', 'a']), [])
    t.same(
      authorizationsOf(['AUTHORIZATION', 'Bearer a', 'host', 'h', 'authorization', 'Bearer b']),
      ['Bearer a', 'Bearer b'],
    )
  },
)
