import t from 'tap'
import { completionsOf } from '../../src/visit/completion.ts'

const names = ['Bonzo Madrid', 'Bean', 'Crazy Tom', 'Hot Soup', 'Bernard', 'Tom Brown']

t.test(
  'names that begin so come first, then those with such a word, then those that are near',
  async (t) => {
    t.strictSame(completionsOf('be', names), ['Bean', 'Bernard'])
    t.strictSame(completionsOf('tom', names), ['Tom Brown', 'Crazy Tom'])
    t.strictSame(completionsOf('  CRAZY   t', names), ['Crazy Tom'])
    t.strictSame(completionsOf('Baen', names), ['Bean'])
    t.strictSame(completionsOf('zzz', names), [])
  },
)

t.test('nothing written yet: all names, in their order', async (t) => {
  t.strictSame(completionsOf('', names), [...names].sort())
})

t.test('a value that is longer than any name is not compared', async (t) => {
  t.strictSame(completionsOf('x'.repeat(101), ['x'.repeat(101)]), [])
  t.strictSame(completionsOf('x'.repeat(100), ['x'.repeat(100)]), ['x'.repeat(100)])
})
