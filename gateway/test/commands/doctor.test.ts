import t from 'tap'
import { ISSUER, openHouse, ROSTER, RULES } from '../support/commands.ts'
import { startFakeProvider } from '../support/fake-provider.ts'

t.test('doctor: what is not understood ends with 2 and the usage', async (t) => {
  const house = openHouse(t)
  for (const words of [['x'], ['--explain'], ['--explain', 'a', 'b', 'c']]) {
    t.match(await house.doctor(...words), { code: 2, err: /^Usage/ }, words.join(' '))
  }
})

t.test('doctor: each provider is asked, and one that cannot work ends with 1', async (t) => {
  const [company, partner] = [await startFakeProvider(), await startFakeProvider()]
  t.teardown(() => Promise.all([company.close(), partner.close()]))
  const { doctor } = openHouse(t, {
    OIDC_ISSUER: company.issuer,
    PROVIDERS: JSON.stringify([
      {
        id: 'partner',
        name: 'Partner',
        issuer: partner.issuer,
        client_id: 'x',
        client_secret: 'a secret',
      },
    ]),
  })
  t.match(await doctor(), {
    code: 0,
    out: new RegExp(
      `default ${company.issuer}: .*; reachable\nprovider {2}partner .*; reachable\n$`,
    ),
  })
  company.misbehave({ metadata: { scopes_supported: ['openid', 'email', 'offline_access'] } })
  t.match(await doctor(), {
    code: 0,
    out: /; reachable\ndoubtful {2}default: it does not list the scope profile\n/,
  })
  company.misbehave({ metadata: { issuer: 'https://other.example' } })
  t.match(await doctor(), {
    code: 1,
    out: /WRONG {5}default: the provider’s discovery names another issuer, "https:\/\/other.example"; only .*\n.*partner .*; reachable/,
  })
  company.misbehave()
  await partner.close()
  const { calls } = company
  const asked = calls.discovery
  t.match(await doctor(), {
    code: 1,
    out: /default .*; reachable\n.*\nWRONG {5}partner: the provider does not answer: /,
  })
  t.equal(calls.discovery, asked + 1)
  await doctor('--explain', company.issuer, 'a sub')
  t.equal(calls.discovery, asked + 1, '--explain asks nobody')
})

t.test('doctor: a login without the claim of roles is told, with its time', async (t) => {
  const provider = await startFakeProvider()
  t.teardown(() => provider.close())
  const iss = provider.issuer
  const house = openHouse(t, {
    OIDC_ISSUER: iss,
    ENROLMENT_RULES: RULES,
  })
  t.match(await house.doctor(), {
    code: 0,
    out: /rule 2 {4}known: by link, of every provider: student/,
  })
  await house.directory.enrol({ iss, sub: 's', claims: { realm_access: { roles: [] } } })
  t.match(await house.doctor(), { code: 0 }, 'an empty list is a person without roles')
  await house.directory.enrol({ iss, sub: 's', claims: {} })
  t.match(await house.doctor(), {
    code: 1,
    out: /MISSING .* last 2026-11-29T12:00:00.000Z: the claim realm_access\.roles is absent/,
  })
})

t.test('doctor --explain ADDRESS: a heading for each case, and a result', async (t) => {
  const google = 'https://accounts.google.com'
  const entry = {
    id: 'google',
    name: 'Google',
    issuer: google,
    client_id: 'x',
    client_secret: 'a secret',
  }
  const house = openHouse(t, {
    ENROLMENT_RULES: JSON.stringify([
      { by: 'claim', provider: 'default', outcome: 'student' },
      { by: 'link', outcome: 'student' },
      { by: 'email', provider: 'google', domains: ['school.example'], outcome: 'student' },
    ]),
    PROVIDERS: JSON.stringify([entry]),
  })
  const byClaim =
    'case      a login of default, whose student claim decides, whatever the address\n' +
    'result    depends on the claims of the login: give them as a JSON file\n'
  const lines = async (address: string) => {
    const { out, ...rest } = await house.doctor('--explain', address)
    return { ...rest, cases: out.replace(/^rule .*\n/gm, '').split('\n\n') }
  }
  await house.run('import', house.file('r.csv', ROSTER.replaceAll(ISSUER, google)))
  t.same(await lines('ender@school.example'), {
    code: 0,
    err: '',
    cases: [
      'e-mail    ender@school.example: student BS-1',
      'case      the login sub-1 of google, linked by command, command: anderson\nresult    student BS-1',
      byClaim.trimEnd(),
      'case      a first login of google with nothing but this address, verified\n' +
        'result    refused (unknown_person): no rule decides, and there is no link of this login\n',
    ],
  })
  await house.run('unlink', google, 'sub-1')
  t.match((await lines('ender@school.example')).cases, [
    /student BS-1$/,
    byClaim.trimEnd(),
    /\nresult {4}student BS-1\n$/,
  ])
  t.match((await lines('nobody@school.example')).cases, [
    'e-mail    nobody@school.example: no student of the directory',
    byClaim.trimEnd(),
    /\nresult {4}refused \(unknown_person\)/,
  ])
})

t.test('doctor without Redis: what the directory would say is not made up', async (t) => {
  const house = openHouse(t, { ENROLMENT_RULES: RULES }, true)
  for (const words of [['ender@school.example'], ['a-person'], [ISSUER, 'sub-1']]) {
    t.same(await house.doctor('--explain', ...words), {
      code: 1,
      out: '',
      err: 'REDIS_URL is empty: the directory of a house in memory ends with its process\n',
    })
  }
  const claims = (more: object) =>
    house.file('claims.json', JSON.stringify({ iss: ISSUER, sub: 'new', ...more }))
  const mail = { email: 'ender@school.example', email_verified: true }
  t.match(await house.doctor('--explain', claims(mail)), {
    code: 0,
    out: /directory unknown: .*\nrule 1 .*\nrule 2 {4}known: depends: needs the directory\nrule 3 {4}mail: depends: needs the directory\nresult {4}depends on the directory: set REDIS_URL\n$/,
  })
  t.match(await house.doctor('--explain', claims({ realm_access: { roles: ['banned'] } })), {
    code: 1,
    out: /directory unknown: .*\n.*\nresult {4}refused \(by_rule\)/,
  })
})

t.test(
  'doctor --explain: which rule decides, why the others do not, and what a login would give',
  async (t) => {
    const house = openHouse(t)
    await house.run('import', house.file('r.csv', ROSTER))
    const claims = (more: object) =>
      house.file('claims.json', JSON.stringify({ iss: ISSUER, sub: 'new', ...more }))
    t.match(
      await house.doctor(
        '--explain',
        claims({ email: 'ender@school.example', email_verified: 'true' }),
      ),
      {
        code: 1,
        out: /rule 3 {4}mail: passes: email_verified is not the boolean true\nresult {4}refused \(unknown_person\)/,
      },
    )
    t.match(
      await house.doctor(
        '--explain',
        claims({ email: 'ender@school.example', email_verified: true }),
      ),
      {
        code: 1,
        out: /mail: passes: the student with this e-mail address has a link already/,
      },
    )
    await house.run('unlink', ISSUER, 'sub-1')
    t.match(
      await house.doctor(
        '--explain',
        claims({ email: 'ender@school.example', email_verified: true }),
      ),
      {
        code: 0,
        out: /mail: decides: .*\nresult {4}student BS-1\n/,
      },
    )
    t.equal((await house.directory.registrar.assigned('BS-1')).length, 0, 'and nothing was written')
    t.match(await house.doctor('--explain', claims({ realm_access: { roles: ['banned'] } })), {
      code: 1,
      out: /refused \(by_rule\)/,
    })
    t.match(await house.doctor('--explain', 'ender@school.example'), {
      code: 0,
      out: /student BS-1/,
    })
    t.match(await house.doctor('--explain', ISSUER, 'sub-1'), {
      code: 0,
      out: /depends on the claims/,
    })
    t.match(await house.doctor('--explain', 'nobody'), { code: 1, err: /nobody is known/ })
    for (const text of ['[]', '{', '{"iss":"x"}', 'null']) {
      t.match(await house.doctor('--explain', house.file('bad.json', text)), { code: 2 }, text)
    }
  },
)
