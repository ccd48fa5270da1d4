import fc from 'fast-check'
import t from 'tap'
import { claimAt } from '../../src/oauth/claim-values.ts'
import {
  decide as decideByRules,
  emailAsked,
  type Facts,
  walkRules,
} from '../../src/students/enrolment-rules.ts'
import { createPolicy } from '../../src/students/policy.ts'
import { type Rule, readRules } from '../../src/students/rule-settings.ts'
import { isStudentId } from '../../src/students/student-id.ts'

const SCHOOL = 'https://sso.school.example'
const GUESTS = 'https://accounts.guests.example'

function policyWith(rules: Rule[] | undefined) {
  return createPolicy(
    {
      ENROLMENT_RULES: rules,
      UNKNOWN_PEOPLE: 'refuse',
      CADET_ID_FORM: 'BS-C########',
      STUDENT_ROLE: 'student',
      INSTRUCTOR_ROLE: 'instructor',
    },
    [
      {
        id: 'default',
        issuer: SCHOOL,
        claims: { studentId: 'student_id', roles: 'realm_access.roles' },
      },
      { id: 'guests', issuer: GUESTS, claims: { studentId: 'employee', roles: 'groups' } },
    ],
  )
}

const settings = policyWith(undefined)
const claims = (student_id: unknown, roles: unknown) => ({ student_id, realm_access: { roles } })
const decide = (of: Record<string, unknown>, policy: ReturnType<typeof policyWith>) =>
  decideByRules(policy, {
    iss: SCHOOL,
    sub: 's',
    claims: of,
    linked: undefined,
    byEmail: undefined,
  })

t.test('a student needs the role and the id', async (t) => {
  t.same(decide(claims('BS-1', ['student']), settings), {
    outcome: 'enrolled',
    rule: 'student_claim',
    studentId: 'BS-1',
    roles: ['student'],
    rests: 'claim',
  })
  t.match(decide(claims('BS-1', []), settings), { outcome: 'refused', reason: 'no_role' })
  t.match(decide(claims('BS-1', ['other']), settings), { reason: 'no_role' })
  t.match(decide(claims(undefined, ['student']), settings), { reason: 'no_student' })
})

t.test(
  'an instructor needs the role, not a record; a record counts only with the student role',
  async (t) => {
    t.same(decide(claims(undefined, ['instructor']), settings), {
      outcome: 'enrolled',
      rule: 'instructor_role',
      roles: ['instructor'],
      rests: 'claim',
    })
    t.notOk('studentId' in decide(claims('BS-1', ['instructor']), settings))
    t.match(decide(claims('BS-1', ['student', 'instructor']), settings), {
      studentId: 'BS-1',
      roles: ['student', 'instructor'],
    })
  },
)

t.test('an id of any other form is nobody’s', async (t) => {
  for (const id of [
    '',
    ' ',
    'a b',
    '../x',
    '-x',
    'x'.repeat(65),
    42,
    true,
    {},
    [],
    ['a', 'b'],
    null,
  ]) {
    t.match(decide(claims(id, ['student']), settings), { reason: 'no_student' }, String(id))
  }
  t.match(decide(claims(' BS-1 ', ['student']), settings), { studentId: 'BS-1' })
  t.match(decide(claims(['BS-1'], ['student']), settings), { studentId: 'BS-1' })
})

t.test('roles are a list or one name, never a string to search in', async (t) => {
  t.match(decide(claims('BS-1', 'student'), settings), { outcome: 'enrolled' })
  for (const roles of ['students', 'not a student', { student: true }, 5, null, [['student']]]) {
    t.match(decide(claims('BS-1', roles), settings), { reason: 'no_role' }, JSON.stringify(roles))
  }
})

t.test('a refusal tells the operator what was missing', async (t) => {
  for (const [roles, detail] of [
    [undefined, /realm_access\.roles is absent/],
    [{ student: true }, /not a list of names/],
    [[], /a list without names/],
    [['janitor'], /does not hold student/],
  ] as const) {
    t.match(decide(claims('BS-1', roles), settings), { reason: 'no_role', detail })
  }
  t.match(decide(claims('../x', ['student']), settings), {
    reason: 'no_student',
    detail: /student_id is absent or malformed/,
  })
})

const GUEST = { iss: GUESTS, sub: 'g', linked: undefined, byEmail: undefined }
const mail = (email: unknown, email_verified: unknown = true) => ({ email, email_verified })
const free = { studentId: 'BS-7', free: true }

interface Case {
  title: string
  rules: unknown[]
  facts: Partial<Facts>
  gives: Record<string, unknown>
}

const BY_LINK = { by: 'link', outcome: 'student' }
const BY_EMAIL = {
  by: 'email',
  provider: 'guests',
  domains: ['guests.example'],
  outcome: 'student',
}
const NAMED_CLAIM = { by: 'claim', claim: 'student_number', outcome: 'student' }

const cases: Case[] = [
  {
    title: 'by claim: the provider’s own student claim where the rule names none',
    rules: [{ by: 'claim', outcome: 'student' }],
    facts: { claims: { employee: 'BS-1', student_id: 'BS-2' } },
    gives: { outcome: 'enrolled', studentId: 'BS-1', rule: 'rule_1_by_claim', rests: 'claim' },
  },
  {
    title: 'by claim: absent is refused, whatever the directory links',
    rules: [{ by: 'claim', outcome: 'student' }, BY_LINK, { ...BY_EMAIL, outcome: 'student' }],
    facts: { claims: mail('a@guests.example'), linked: 'BS-1', byEmail: free },
    gives: { outcome: 'refused', reason: 'no_student' },
  },
  {
    title: 'by claim: a value, exact, of a text or of a list',
    rules: [{ by: 'claim', claim: 'kind', values: ['teacher'], outcome: 'instructor' }],
    facts: { claims: { kind: ['x', 'teacher'] } },
    gives: { outcome: 'enrolled', roles: ['instructor'] },
  },
  {
    title: 'by claim: a value that only holds the one looked for is another',
    rules: [{ by: 'claim', claim: 'kind', values: ['teacher'], outcome: 'instructor' }],
    facts: { claims: { kind: 'teachers' } },
    gives: { outcome: 'unknown' },
  },
  {
    title: 'the first rule that decides wins: refused before a student',
    rules: [{ by: 'group', groups: ['left'], outcome: 'refused' }, NAMED_CLAIM],
    facts: { claims: { groups: ['left'], student_number: 'BS-1' } },
    gives: { outcome: 'refused', reason: 'by_rule' },
  },
  {
    title: 'the first rule that decides wins: a student before refused',
    rules: [NAMED_CLAIM, { by: 'group', groups: ['left'], outcome: 'refused' }],
    facts: { claims: { groups: ['left'], student_number: 'BS-1' } },
    gives: { outcome: 'enrolled', studentId: 'BS-1' },
  },
  {
    title: 'by group: all of the groups, not one of them',
    rules: [{ by: 'group', groups: ['a', 'b'], outcome: 'instructor' }],
    facts: { claims: { groups: ['a'] } },
    gives: { outcome: 'unknown' },
  },
  {
    title: 'by group: from a claim of the rule’s own',
    rules: [{ by: 'group', groups: ['a'], groupsClaim: 'x.teams', outcome: 'instructor' }],
    facts: { claims: { x: { teams: ['a'] } } },
    gives: { outcome: 'enrolled', roles: ['instructor'] },
  },
  {
    title: 'by link: the student of the directory',
    rules: [BY_LINK],
    facts: { claims: {}, linked: 'BS-1' },
    gives: { outcome: 'enrolled', studentId: 'BS-1', rests: 'link', roles: ['student'] },
  },
  {
    title: 'by link: both, for who is in a group too',
    rules: [{ by: 'link', groups: ['staff'], outcome: 'both' }, BY_LINK],
    facts: { claims: { groups: ['staff'] }, linked: 'BS-1' },
    gives: { outcome: 'enrolled', studentId: 'BS-1', roles: ['student', 'instructor'] },
  },
  {
    title: 'by link: who is linked and lacks the group is refused, never welcomed as somebody new',
    rules: [{ by: 'link', groups: ['staff'], outcome: 'student' }],
    facts: { claims: { groups: [] }, linked: 'BS-1' },
    gives: { outcome: 'refused', reason: 'no_role' },
  },
  {
    title: 'by link: a sub that the rule lists',
    rules: [{ by: 'link', provider: 'guests', subjects: ['g'], outcome: 'instructor' }],
    facts: { claims: {} },
    gives: { outcome: 'enrolled', roles: ['instructor'] },
  },
  {
    title: 'by link: the same sub at another provider is another person (OpenID Connect Core §5.7)',
    rules: [{ by: 'link', provider: 'guests', subjects: ['g'], outcome: 'instructor' }],
    facts: { iss: SCHOOL, claims: {} },
    gives: { outcome: 'unknown' },
  },
  {
    title: 'by e-mail: verified, of the domain, and of a student without a link',
    rules: [BY_LINK, BY_EMAIL],
    facts: { claims: mail('Petra@Guests.example'), byEmail: free },
    gives: { outcome: 'enrolled', studentId: 'BS-7', rests: 'email' },
  },
  {
    title: 'by e-mail: not of a student who has a link already',
    rules: [BY_LINK, BY_EMAIL],
    facts: { claims: mail('petra@guests.example'), byEmail: { ...free, free: false } },
    gives: { outcome: 'unknown' },
  },
  {
    title: 'by e-mail: a link that is there decides, whatever the address is today',
    rules: [BY_LINK, BY_EMAIL],
    facts: { claims: mail('petra@guests.example'), linked: 'BS-1', byEmail: free },
    gives: { outcome: 'enrolled', studentId: 'BS-1', rests: 'link' },
  },
  {
    title: 'a rule of one provider says nothing of another’s people',
    rules: [{ ...NAMED_CLAIM, provider: SCHOOL }],
    facts: { claims: { student_number: 'BS-1' } },
    gives: { outcome: 'unknown' },
  },
  {
    title: 'where: each claim exactly, text or boolean',
    rules: [{ ...NAMED_CLAIM, where: { hd: 'guests.example', staff: true } }],
    facts: { claims: { student_number: 'BS-1', hd: 'guests.example', staff: 'true' } },
    gives: { outcome: 'refused' },
  },
]

for (const { title, rules, facts, gives } of cases) {
  t.test(title, async (t) => {
    const policy = policyWith(readRules(JSON.stringify(rules)))
    t.match(decideByRules(policy, { ...GUEST, claims: undefined, ...facts }), gives)
  })
}

t.test('OpenID Connect Core §5.1: email_verified counts only as the boolean true', async (t) => {
  const policy = policyWith(readRules(JSON.stringify([BY_LINK, BY_EMAIL])))
  for (const verified of ['true', 'TRUE', 1, {}, [true], null, false, undefined]) {
    const of = { email: 'petra@guests.example', email_verified: verified }
    const facts = { ...GUEST, claims: of, byEmail: free }
    t.match(decideByRules(policy, facts), { outcome: 'unknown' }, JSON.stringify(verified))
    t.equal(emailAsked(policy, facts), undefined, 'and no address is looked up')
  }
})

t.test('by e-mail: exactly that domain, in ASCII, with one @', async (t) => {
  const policy = policyWith(readRules(JSON.stringify([BY_LINK, BY_EMAIL])))
  const asked = (email: unknown) => emailAsked(policy, { ...GUEST, claims: mail(email) })
  t.equal(asked('Petra.Arkanian@GUESTS.example'), 'petra.arkanian@guests.example')
  for (const email of [
    'petra@sub.guests.example',
    'petra@guests.example.evil.example',
    'petra@evilguests.example',
    'petra@guests.example@evil.example',
    'petra@evil.example@guests.example',
    'petra@guests.example.',
    'petra@guests.example\u0000',
    ' petra@guests.example',
    'petra @guests.example',
    'petra\u212a@guests.example',
    'petra@gue\u017fts.example',
    '@guests.example',
    'guests.example',
    ['petra@guests.example'],
    { toString: () => 'petra@guests.example' },
    42,
  ]) {
    t.equal(asked(email), undefined, JSON.stringify(email))
  }
})

t.test(
  'whatever the claims are: no crash, no right without a rule, no id of another form',
  async (t) => {
    const policies = [
      settings,
      policyWith(readRules(JSON.stringify([BY_LINK, BY_EMAIL]))),
      policyWith(readRules(JSON.stringify([{ by: 'group', groups: ['x'], outcome: 'refused' }]))),
    ]
    const claimNames = [
      'student_id',
      'employee',
      'groups',
      'realm_access',
      'email',
      'email_verified',
      '__proto__',
    ]
    const anyClaims = fc.dictionary(fc.constantFrom(...claimNames), fc.jsonValue())
    const property = fc.property(
      anyClaims,
      fc.constantFrom(SCHOOL, GUESTS, 'https://elsewhere.example'),
      (of, iss) => {
        for (const policy of policies) {
          const decision = decideByRules(policy, { ...GUEST, iss, claims: of })
          if (decision.outcome !== 'enrolled') continue
          const held = claimAt(of, policy.claimsOf(iss).claims.roles)
          const roles = Array.isArray(held) ? held : [held]
          for (const role of decision.roles) if (!roles.includes(role)) return false
          if (decision.studentId !== undefined && !isStudentId(decision.studentId)) return false
        }
        return true
      },
    )
    t.doesNotThrow(() => fc.assert(property, { numRuns: 500 }))
  },
)

t.test('why each rule does or does not decide is told, up to the one that does', async (t) => {
  const policy = policyWith(readRules(JSON.stringify([BY_LINK, BY_EMAIL, NAMED_CLAIM].slice(0, 2))))
  const { findings } = walkRules(policy, { ...GUEST, claims: mail('a@guests.example', 'true') })
  t.match(findings, [
    { at: 1, result: 'passes', why: /no link of this login/ },
    { at: 2, result: 'passes', why: /not the boolean true/ },
  ])
  const unknownClaims = walkRules(policy, { ...GUEST, claims: undefined, linked: 'BS-1' })
  t.match(unknownClaims.findings, [{ at: 1, result: 'decides' }])
  t.match(walkRules(settings, { ...GUEST, claims: undefined }).findings, [
    { result: 'depends' },
    { result: 'depends' },
    { result: 'depends' },
  ])
})

t.test('a link never overrides the claim of a provider that has one', async (t) => {
  const policy = policyWith(
    readRules(JSON.stringify([BY_LINK, { by: 'claim', outcome: 'student' }])),
  )
  const facts = { ...GUEST, claims: { employee: 'BS-2' }, linked: 'BS-1' }
  t.match(decideByRules(policy, facts), { studentId: 'BS-2', rests: 'claim' })
  t.match(decideByRules(policy, { ...facts, claims: {} }), { outcome: 'refused' })
})
