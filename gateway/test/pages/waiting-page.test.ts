import t from 'tap'
import { waitingPage } from '../../src/pages/waiting-page.ts'
import { createDirectory, personIdOf } from '../../src/students/directory.ts'
import { policyOf } from '../../src/students/policy.ts'
import { authorizationUrl, openDoor, refreshment } from '../support/door.ts'
import { person } from '../support/stub-upstream.ts'

const returnUrl = 'https://claude.ai/cb?error=access_denied&state=s%22'

t.test('it says so in each language, whom to ask, and has one link and no form', async (t) => {
  for (const [locale, words] of [
    ['en', /An instructor has to approve you first/],
    ['ko', /교관의 승인이 필요합니다/],
  ] as const) {
    const page = waitingPage({ locale, contact: 'Major <Anderson>', returnUrl })
    t.match(page, words)
    t.match(page, 'Major &lt;Anderson&gt;')
    t.equal([...page.matchAll(/<a /g)].length, 1)
    t.notMatch(page, '<form')
  }
})

t.test(
  'RFC 6749 §4.1.2.1: who waits takes access_denied back, and a code once approved',
  async (t) => {
    const door = await openDoor(t, {
      ENROLMENT_RULES: '[{"by":"link","outcome":"student"}]',
      UNKNOWN_PEOPLE: 'approval',
    })
    const client = await door.register()
    door.upstream.identity = person('petra', undefined, [])
    const browser = door.browser()
    const consent = await browser.get(authorizationUrl(client).url)
    const page = await browser.comeBack(await browser.submit(consent, 'allow'))
    t.equal(page.statusCode, 403)
    t.match(page.body, /An instructor has to approve you first/)
    const back = new URL(
      /href="(https:[^"]+)"/.exec(page.body)?.[1]?.replaceAll('&amp;', '&') ?? '',
    )
    t.equal(back.searchParams.get('error'), 'access_denied')
    t.notOk(back.searchParams.has('code'))
    const { iss, sub } = door.upstream.identity
    const policy = policyOf(door.config)
    const { store, clock } = door
    const directory = createDirectory({ policy, store, audit() {}, now: () => clock.now })
    const approved = await directory.approve(personIdOf(iss, sub), { by: 'graff' })
    t.match(approved, { outcome: 'approved', studentId: /^BS-C[0-9]{8}$/ })
    const tokens = await door.connect(client)
    t.match(tokens.access_token, /^bsg_at_/)
    // The record is taken away: the next refresh at the latest is refused.
    const { studentId } = approved.outcome === 'approved' ? approved : { studentId: '' }
    await directory.entries.write({ studentId, status: 'removed' }, 'a test')
    const refreshed = await door.post('/token', refreshment(client, tokens.refresh_token))
    t.match(refreshed.json(), { error: 'invalid_grant' })
  },
)
