import t from 'tap'
import { authorizationUrl, type Door, openDoor } from '../support/door.ts'

/** From /authorize to whatever the client or the person is told, the last login being `seconds` old. */
async function authorize(door: Door, more: Record<string, string>, seconds: number | undefined) {
  const browser = door.browser()
  const page = await browser.get(authorizationUrl(await door.register(), more).url)
  const toProvider = await browser.submit(page, 'allow')
  const auth_time = seconds === undefined ? undefined : Math.floor(door.clock.now / 1000) - seconds
  Object.assign(door.upstream.identity, { auth_time })
  const back = await browser.comeBack(toProvider)
  const answer = back.headers.location
    ? new URL(String(back.headers.location)).searchParams
    : undefined
  return { back, answer, asked: door.upstream.logins.at(-1) }
}

t.test(
  'OpenID Connect Core §3.1.2.1: prompt, max_age and login_hint go to the provider',
  async (t) => {
    for (const [sent, passed] of [
      [
        { prompt: 'login', login_hint: 'ender@school.example' },
        { prompt: 'login', login_hint: 'ender@school.example' },
      ],
      [{ prompt: 'select_account' }, { prompt: 'select_account' }],
      [{ prompt: 'login consent' }, { prompt: 'login' }],
      [{ max_age: '600' }, { max_age: '600' }],
      [{ max_age: '0' }, { max_age: '0' }],
    ] as const) {
      const { asked } = await authorize(await openDoor(t), sent, 0)
      t.match(asked, passed)
    }
  },
)

t.test('prompt=consent is met by our page; what is not known is ignored (C34)', async (t) => {
  for (const prompt of ['consent', 'create', '']) {
    const { asked, answer } = await authorize(await openDoor(t), { prompt }, 0)
    t.notHas(asked, { prompt: String })
    t.ok(answer?.get('code'), prompt)
  }
})

t.test(
  'OpenID Connect Core §3.1.2.6: prompt=none is interaction_required; with others it is invalid',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register()
    for (const [prompt, error] of [
      ['none', 'interaction_required'],
      ['none login', 'invalid_request'],
    ] as const) {
      const { headers } = await door.app.inject({ url: authorizationUrl(client, { prompt }).url })
      t.equal(new URL(String(headers.location)).searchParams.get('error'), error)
    }
    for (const max_age of ['-1', 'x', '1.5', '1e9', '9999999999']) {
      const { headers } = await door.app.inject({ url: authorizationUrl(client, { max_age }).url })
      t.equal(
        new URL(String(headers.location)).searchParams.get('error'),
        'invalid_request',
        max_age,
      )
    }
  },
)

t.test(
  'OpenID Connect Core §3.1.3.7 rule 13: a login older than max_age is login_required',
  async (t) => {
    const environment = { CONFIRM_PERSON: 'off' }
    const young = await authorize(await openDoor(t, environment), { max_age: '600' }, 599)
    t.ok(young.answer?.get('code'))
    const old = await authorize(await openDoor(t, environment), { max_age: '600' }, 700)
    t.match(Object.fromEntries(old.answer ?? []), {
      error: 'login_required',
      state: 'state-of-the-client',
      iss: 'http://localhost:3000',
    })
    t.notOk(old.answer?.get('code'))
    const silent = await authorize(await openDoor(t, environment), { max_age: '600' }, undefined)
    t.equal(
      silent.answer?.get('error'),
      'login_required',
      'a provider that does not say when has not met it',
    )
  },
)

t.test('prompt=login: a provider that did not log in anew gives no code', async (t) => {
  const environment = { CONFIRM_PERSON: 'off' }
  const old = await authorize(await openDoor(t, environment), { prompt: 'login' }, 3600)
  t.equal(old.answer?.get('error'), 'login_required')
  const fresh = await authorize(await openDoor(t, environment), { prompt: 'login' }, 0)
  t.ok(fresh.answer?.get('code'))
})

t.test('a grant is never opened for a login that was too old', async (t) => {
  const door = await openDoor(t, { CONFIRM_PERSON: 'off' })
  await authorize(door, { max_age: '1' }, 3600)
  const { client_id } = await door.register()
  t.same(await door.store.grantsOf({ client_id }), [])
})
