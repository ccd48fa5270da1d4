import t from 'tap'
import type { Army } from '../../src/school/army.ts'
import { standingsOf } from '../../src/school/standings.ts'

function army(name: string, wins: number, losses: number): Army {
  return { name, commanderId: 'x', wins, losses, soldiers: [], knownTactics: [] }
}

t.test('most wins first, then fewest losses, then by name; equals share a place', async (t) => {
  const armies = [
    army('Rat', 3, 2),
    army('Asp', 3, 1),
    army('badger', 3, 2),
    army('Tide', 4, 9),
    army('Cat', 0, 0),
  ]
  const expected = [
    { place: 1, army: 'Tide', wins: 4, losses: 9 },
    { place: 2, army: 'Asp', wins: 3, losses: 1 },
    { place: 3, army: 'badger', wins: 3, losses: 2 },
    { place: 3, army: 'Rat', wins: 3, losses: 2 },
    { place: 5, army: 'Cat', wins: 0, losses: 0 },
  ]
  t.strictSame(standingsOf(armies), expected)
  t.strictSame(standingsOf(armies.reverse()), expected, 'whatever the order they come in')
  t.strictSame(standingsOf([]), [])
})
