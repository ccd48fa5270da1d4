import { readFileSync } from 'node:fs'
import { pino } from 'pino'
import t from 'tap'
import { personIdOf } from '../../src/students/directory.ts'
import { tellMissingRoles } from '../../src/students/missing-roles.ts'
import { ISSUER, openHouse, ROSTER, RULES } from '../support/commands.ts'

t.test('import writes, says what, and export gives it back', async (t) => {
  const house = openHouse(t)
  const file = house.file('r.csv', ROSTER)
  t.match(await house.run('import', file, '--dry-run'), {
    code: 0,
    out: 'well, and nothing was written; students: 2, links: 1\n',
  })
  t.match(
    (await house.run('export')).out,
    /^student_id,name,email,status,iss,sub\r\n$/,
    'nothing yet',
  )
  t.match(await house.run('import', file), {
    code: 0,
    out: 'written; students: 2, links: 1, grants ended: 0\n',
  })
  const { out } = await house.run('export')
  t.match(out, `BS-1,Ender,ender@school.example,active,${ISSUER},sub-1\r\n`)
  t.match(out, "BS-2,'=Bean,,active,,\r\n")
  t.match(await house.run('import', house.file('again.csv', out)), {
    code: 0,
    out: 'written; students: 0, links: 0, grants ended: 0\n',
  })
  const json = JSON.parse((await house.run('export', '--format', 'json')).out)
  t.match(json.students, [{ student_id: 'BS-1' }, { student_id: 'BS-2', name: '=Bean' }])
  t.match(await house.directory.enrol({ iss: ISSUER, sub: 'sub-1', claims: {} }), {
    person: { studentId: 'BS-1', rule: 'known' },
  })
})

t.test(
  'import: with one mistake, of the file or against the directory, nothing is written',
  async (t) => {
    const house = openHouse(t)
    await house.run('import', house.file('r.csv', ROSTER))
    const before = (await house.run('export')).out
    const bad = [
      'student_id,name,email,iss,sub',
      'BS-3,New,ender@school.example,,',
      `BS-4,,,${ISSUER},sub-1`,
      `BS-1,,,${ISSUER},sub-2`,
      `../x,,,,`,
    ].join('\n')
    const { code, err } = await house.run('import', house.file('bad.csv', bad))
    t.equal(code, 1)
    t.match(err, /^nothing was written; mistakes: 4\n/)
    t.match(err, /line 2: email is that of BS-1/)
    t.match(err, /line 3: that login is student BS-1/)
    t.match(err, /line 4: BS-1 is another person of /)
    t.match(err, /line 5: student_id must be/)
    t.equal((await house.run('export')).out, before)
    t.match(await house.run('import', '/nowhere/at.all'), {
      code: 1,
      err: /cannot be read: ENOENT/,
    })
  },
)

t.test(
  'link, unlink, merge, remove: done or refused, and each in the history with who did it',
  async (t) => {
    const house = openHouse(t)
    await house.run('import', house.file('r.csv', ROSTER))
    t.match(await house.run('link', 'BS-9', ISSUER, 's'), { code: 1, err: /no student BS-9/ })
    t.match(await house.run('link', 'BS-2', ISSUER, 'sub-2', '--by', 'graff'), { code: 0 })
    t.match(await house.run('merge', 'BS-2', 'BS-1'), { code: 1, err: /unlink one/ })
    t.match(await house.run('unlink', ISSUER, 'sub-1'), { code: 0, out: 'done; grants ended: 0\n' })
    t.match(await house.run('merge', 'BS-2', 'BS-1'), { code: 0 })
    t.match(await house.run('remove', 'BS-1'), { code: 0 })
    const { out } = await house.run('history', 'BS-1')
    t.match(out, /removed {2}BS-1 {2}command: anderson/)
    t.match(out, /merged {2}BS-2 → BS-1 {2}command: anderson/)
    t.match(
      out,
      new RegExp(`unlinked {2}BS-1 {2}command: anderson {2}${personIdOf(ISSUER, 'sub-1')}`),
    )
    t.match((await house.run('history', 'BS-2')).out, /linked {2}BS-2 {2}command: graff/)
  },
)

t.test('a provider with a student claim is linked by nobody', async (t) => {
  const house = openHouse(t, {})
  await house.directory.entries.write({ studentId: 'BS-1', status: 'active' }, 'a test')
  t.match(await house.run('link', 'BS-1', ISSUER, 's'), { code: 1, err: /no link overrides/ })
  const file = house.file('r.csv', ROSTER)
  t.match(await house.run('import', file), { code: 1, err: /line 2: .* no link overrides/ })
})

t.test(
  'link: an issuer that is no provider here is called that; an import may hold it',
  async (t) => {
    const google = 'https://accounts.google.com'
    const err = `nothing was done: ${google} is no provider of this house: ${ISSUER}\n`
    const byClaim = openHouse(t, {})
    const byLink = openHouse(t)
    const file = byLink.file('r.csv', ROSTER.replaceAll(ISSUER, google))
    t.match(await byClaim.run('import', file), {
      code: 1,
      err: `line 2: ${google} is no provider of this house: ${ISSUER}\n`,
    })
    t.match(await byLink.run('import', file), { code: 0 })
    for (const house of [byClaim, byLink]) {
      await house.directory.entries.write({ studentId: 'BS-9', status: 'active' }, 'a test')
      t.same(await house.run('link', 'BS-9', google, 's'), { code: 1, out: '', err })
    }
  },
)

t.test('waiting people are listed, approved and refused; their names draw nothing', async (t) => {
  const house = openHouse(t, { ENROLMENT_RULES: RULES, UNKNOWN_PEOPLE: 'approval' })
  for (const sub of ['a', 'b']) {
    await house.directory.enrol({
      iss: ISSUER,
      sub,
      claims: { name: `x\u001b[2J\u202e${sub}`, groups: [] },
    })
  }
  const { out } = await house.run('waiting')
  t.equal(out.split('\n').length, 3)
  for (const unseen of ['\u001b', '\u202e']) t.notOk(out.includes(unseen))
  t.match(await house.run('approve', personIdOf(ISSUER, 'a')), { code: 0, out: /^BS-C[0-9]{8}\n$/ })
  t.match(await house.run('refuse', personIdOf(ISSUER, 'b')), { code: 0 })
  t.match(await house.run('refuse', personIdOf(ISSUER, 'b')), { code: 1 })
  t.match(await house.run('approve', personIdOf(ISSUER, 'b')), { code: 1, err: 'not waiting\n' })
})

t.test('what is not understood ends with 2 and the usage', async (t) => {
  const house = openHouse(t)
  for (const words of [
    [],
    ['constructor'],
    ['link', 'BS-1'],
    ['export', '--format', 'xml'],
    ['export', '--formats', 'csv'],
    ['export', '--by'],
    ['history', 'a', 'b'],
  ]) {
    t.match(await house.run(...words), { code: 2, err: /^Usage/ }, words.join(' '))
  }
})

t.test('docs/guides/enrolment.md: its rules are rules', async (t) => {
  const guide = readFileSync(new URL('../../../docs/guides/enrolment.md', import.meta.url), 'utf8')
  const [, rules = ''] = /```json\n(\[[\s\S]*?\n\])\n```/.exec(guide) ?? []
  const provider = {
    id: 'google',
    name: 'Google',
    issuer: 'https://accounts.google.com',
    client_id: 'x',
    client_secret: 'a secret',
  }
  const { policy } = openHouse(t, { ENROLMENT_RULES: rules, PROVIDERS: JSON.stringify([provider]) })
  t.equal(policy.rules.length, 5)
})

t.test('a missing claim of roles is told at the next start', async (t) => {
  const house = openHouse(t)
  const logs: string[] = []
  const log = pino({}, { write: (line: string) => void logs.push(line) })
  await tellMissingRoles(house, log)
  t.same(logs, [])
  await house.directory.enrol({ iss: ISSUER, sub: 's', claims: {} })
  await tellMissingRoles(house, log)
  t.match(logs.join(''), /a login had no claim of roles/)
})
