import t from 'tap'
import { ConfigurationError, readConfig } from '../../src/config.ts'
import { parseRules, readRules } from '../../src/students/rule-settings.ts'

const environment = {
  SECRET_KEY: 'a secret key of the tests that is long enough',
  OIDC_ISSUER: 'https://sso.school.example',
  OIDC_CLIENT_SECRET: 'upstream secret',
}

/** What the start complains of. */
function complaints(rules: unknown, more: Record<string, string> = {}): readonly string[] {
  const json = typeof rules === 'string' ? rules : JSON.stringify(rules)
  try {
    readConfig({ ...environment, ENROLMENT_RULES: json, ...more })
    return []
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems
    throw error
  }
}

const LINK = { by: 'link', outcome: 'student' }
const EMAIL = { by: 'email', provider: 'default', domains: ['school.example'], outcome: 'student' }

t.test('rules that are well formed are read as they stand', async (t) => {
  const rules = [
    { by: 'group', name: 'left', groups: ['former'], outcome: 'refused' },
    { by: 'claim', claim: 'kind', values: ['teacher'], outcome: 'instructor' },
    LINK,
    EMAIL,
  ]
  t.same(readRules(JSON.stringify(rules)), rules)
  t.equal(readRules('  '), undefined)
  t.same(complaints(rules), [])
})

t.test('every mistake of every rule is told at once, with its place', async (t) => {
  const found = complaints([
    { by: 'name', outcome: 'student' },
    { by: 'claim', claim: 'preferred_username', outcome: 'student' },
    { by: 'group', groups: [], outcome: 'student' },
    'claim',
    { by: 'email', domains: ['*.school.example', 'School.example'], outcome: 'instructor' },
    { by: 'link', outcome: 'teacher', sub: 'x' },
    { by: 'link', provider: 'nowhere', subjects: ['a'], outcome: 'instructor' },
    { by: 'claim', claim: 'x', values: ['y'], where: { email: 'a@b.example' }, outcome: 'refused' },
    { by: 'claim', name: 'twice', outcome: 'student' },
    { by: 'group', name: 'twice', groups: ['a'], outcome: 'refused' },
  ])
  for (const expected of [
    /^ENROLMENT_RULES rule 1: by: must be claim, link, email or group$/,
    /^ENROLMENT_RULES rule 2: claim: must not be a claim that people can edit/,
    /^ENROLMENT_RULES rule 3: groups: must name at least one$/,
    /^ENROLMENT_RULES rule 3: outcome: must be instructor or refused: a group names no student$/,
    /^ENROLMENT_RULES rule 4: must be an object$/,
    /^ENROLMENT_RULES rule 5: provider: /,
    /^ENROLMENT_RULES rule 5: domains\.0: must be an exact domain/,
    /^ENROLMENT_RULES rule 5: domains\.1: must be an exact domain/,
    /^ENROLMENT_RULES rule 5: outcome: must be student/,
    /^ENROLMENT_RULES rule 6: outcome: must be student, instructor, both or refused$/,
    /^ENROLMENT_RULES rule 6: sub: not known here$/,
    /^ENROLMENT_RULES rule 7: provider: nowhere is the id or issuer of no provider$/,
    /^ENROLMENT_RULES rule 8: where: must not ask a claim that people can edit/,
    /^ENROLMENT_RULES rule 10: name: rule 9 is called twice too$/,
  ]) {
    t.equal(found.filter((problem) => expected.test(problem)).length, 1, String(expected))
  }
  t.equal(found.length, 14)
})

t.test('what is no list of rules is one complaint', async (t) => {
  for (const [json, problem] of [
    ['{', /is not JSON/],
    ['{}', /must be a list of 1 to 100 rules/],
    ['[]', /must be a list of 1 to 100 rules/],
    [JSON.stringify(Array(101).fill(LINK)), /must be a list of 1 to 100 rules/],
    [`"${'x'.repeat(70_000)}"`, /is longer than/],
  ] as const) {
    t.match(complaints(json), [problem])
  }
})

t.test('OpenID Connect Core §5.7: no claim that people can edit says who they are', async (t) => {
  for (const claim of ['name', 'nickname', 'preferred_username', 'email', 'UPN', 'phone_number']) {
    for (const rule of [
      { by: 'claim', claim, outcome: 'student' },
      { by: 'claim', claim, values: ['x'], outcome: 'instructor' },
      { by: 'group', groups: ['x'], groupsClaim: claim, outcome: 'instructor' },
      { ...LINK, where: { [claim]: 'x' } },
    ]) {
      t.match(complaints([rule]), [/people can edit/], JSON.stringify(rule))
    }
    t.match(complaints('', { STUDENT_ID_CLAIM: claim }), [/STUDENT_ID_CLAIM must not be a claim/])
  }
})

t.test('what contradicts: a rule that never decides, or comes too late', async (t) => {
  const claim = { by: 'claim', outcome: 'student' }
  t.match(complaints([claim, LINK]), [/rule 2: by: never decides/])
  t.match(complaints([claim, LINK, EMAIL]), [/rule 2: by: never/, /rule 3: by: never/])
  t.match(complaints([EMAIL, LINK]), [/rule 1: by: makes a link once, so a rule by link/])
  t.match(complaints([EMAIL]), [/rule 1: by: makes a link once/])
  for (const policy of ['enrol', 'approval']) {
    const unknown = { UNKNOWN_PEOPLE: policy }
    t.match(complaints('', unknown), [/UNKNOWN_PEOPLE .* never applies/])
    t.match(complaints([{ by: 'group', groups: ['a'], outcome: 'instructor' }], unknown), [
      /UNKNOWN_PEOPLE .* needs a rule by link for the provider default/,
    ])
    t.same(complaints([LINK], unknown), [])
  }
  t.match(complaints('', { UNKNOWN_PEOPLE: 'welcome' }), [/must be refuse, enrol or approval/])
  t.match(complaints('', { CADET_ID_FORM: 'BS-####' }), [/CADET_ID_FORM must be letters/])
})

t.test('a rule that is not well formed leaves the others their place', async (t) => {
  const { rules } = parseRules(JSON.stringify([LINK, 5, EMAIL]))
  t.match(rules, [LINK, undefined, EMAIL])
})
