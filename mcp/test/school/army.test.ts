import t from 'tap'
import { type Army, membersOf, placeIn } from '../../src/school/army.ts'

const army: Army = {
  name: 'Rat Army',
  commanderId: 'a',
  wins: 1,
  losses: 2,
  soldiers: [{ studentId: 'b', rank: 'Soldier', battlesWon: 3 }],
  knownTactics: [],
}

t.test('the commander comes first, then the soldiers', async (t) => {
  t.strictSame(membersOf(army), ['a', 'b'])
})

t.test('a place is a rank, with battles won for soldiers only', async (t) => {
  t.strictSame(placeIn(army, 'a'), { rank: 'Commander' })
  t.strictSame(placeIn(army, 'b'), { rank: 'Soldier', battlesWon: 3 })
  t.equal(placeIn(army, 'c'), undefined)
})
