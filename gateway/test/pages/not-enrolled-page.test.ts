import t from 'tap'
import { notEnrolledPage } from '../../src/pages/not-enrolled-page.ts'

const returnUrl = 'https://claude.ai/cb?error=access_denied&state=s%22&iss=https%3A%2F%2Fdoor'

t.test('each reason has its own words, and none its code', async (t) => {
  const reasons = ['no_role', 'no_student', 'already_linked'] as const
  for (const locale of ['en', 'ko'] as const) {
    const pages = reasons.map((reason) =>
      notEnrolledPage({ locale, reason, contact: '', returnUrl, requestId: 'req-7' }),
    )
    t.equal(new Set(pages).size, reasons.length)
    for (const page of pages) {
      t.notMatch(page, /no_role|no_student|already_linked/)
      t.match(page, '<code>req-7</code>', 'the number under which the log has it')
    }
  }
})

t.test('whom to ask: the setting, or the people who run the login', async (t) => {
  const page = (contact: string) =>
    notEnrolledPage({ locale: 'en', reason: 'no_role', contact, returnUrl, requestId: 'req-7' })
  t.match(
    page('Registrar <registrar@school.example>'),
    '<p>Registrar &lt;registrar@school.example&gt;</p>',
  )
  t.match(page(''), 'Ask the people who run your school’s login.')
})

t.test('RFC 6749 §4.1.2.1: its one link takes access_denied back to the client', async (t) => {
  const page = notEnrolledPage({
    locale: 'en',
    reason: 'no_role',
    contact: '',
    returnUrl,
    requestId: 'req-7',
  })
  t.same(
    [...page.matchAll(/<a [^>]*href="([^"]*)"/g)].map(([, href]) => href?.replaceAll('&amp;', '&')),
    [returnUrl],
  )
  t.notMatch(page, '<form')
})
