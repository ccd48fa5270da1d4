import t from 'tap'
import { claimAt } from '../../src/oauth/claim-values.ts'

t.test('a claim by its path: the whole name first, own properties only', async (t) => {
  t.equal(claimAt({ a: { b: 1 } }, 'a.b'), 1)
  t.equal(claimAt({ 'https://school.example/roles': 2 }, 'https://school.example/roles'), 2)
  for (const path of ['__proto__', 'constructor.name', 'a.__proto__.x', 'a.b.c', 'x']) {
    t.equal(claimAt({ a: { b: 1 } }, path), undefined, path)
  }
})
