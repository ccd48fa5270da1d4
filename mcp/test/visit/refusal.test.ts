import t from 'tap'
import { unknownName } from '../../src/visit/refusal.ts'

t.test(
  'an unknown name is told with the names near it, or with the fact that none is',
  async (t) => {
    t.equal(
      unknownName('army', 'Drago Army', ['Dragon Army', 'Phoenix Army']).message,
      'There is no army named “Drago Army” in this school. Near names: Dragon Army.',
    )
    t.equal(
      unknownName('student', 'Petra', ['Bean']).message,
      'There is no student named “Petra” in this school, and no name is near it.',
    )
  },
)
