import t from 'tap'
import { nameKey, nearNames } from '../../src/school/name.ts'

t.test('case, spacing and Unicode form of a name do not count', async (t) => {
  t.equal(nameKey('  Ender\t WIGGIN '), nameKey('ender wiggin'))
  t.equal(nameKey('Re\u0301mi'), nameKey('R\u00e9mi'))
  t.not(nameKey('Bean'), nameKey('Bern'))
})

t.test('near names: slips, exchanged letters, single words; nearest first', async (t) => {
  const names = ['Ender Wiggin', 'Bean', 'Bernard', 'Bonzo Madrid', 'Rose the Nose']
  t.strictSame(nearNames('Endre Wigin', names), ['Ender Wiggin'])
  t.strictSame(nearNames('BAEN', names), ['Bean'])
  t.strictSame(nearNames('wiggin', names), ['Ender Wiggin'])
  t.strictSame(nearNames('madird', names), ['Bonzo Madrid'])
  t.strictSame(nearNames('rose', names), ['Rose the Nose'])
  t.strictSame(nearNames('Berna', ['Bernat', 'Bern', 'Bernas', 'Berna X']), [
    'Berna X',
    'Bern',
    'Bernas',
  ])
})

t.test('what is not near is not offered', async (t) => {
  t.strictSame(nearNames('Petra', ['Bean', 'Ender Wiggin']), [])
  t.strictSame(nearNames('x', ['Bean']), [])
  t.strictSame(nearNames('Bean', []), [])
})
