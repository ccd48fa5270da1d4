/** For a valid login that is nobody in the school: why, whom to ask, and the one way back to the client. */
import type { RefusalReason } from '../students/student.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'
import { type Locale, messagesOf } from './locale.ts'

export interface NotEnrolledPage {
  locale: Locale
  reason: RefusalReason
  /** The setting ENROLMENT_CONTACT, or empty. */
  contact: string
  /** To the client, with error=access_denied. */
  returnUrl: string
  /** Where the person came to their own page: no app waits for them. */
  from?: 'account'
  /** The same as in the log. */
  requestId: string
}

export function notEnrolledPage(page: NotEnrolledPage): string {
  const { error, notEnrolled } = messagesOf(page.locale)
  return layout(
    page.locale,
    notEnrolled.title,
    html`<h1>${notEnrolled.title}</h1>
<p>${notEnrolled.reasons[page.reason]} ${page.from === undefined && notEnrolled.nothingShared}</p>
<section aria-labelledby="ask">
<h2 id="ask">${notEnrolled.ask}</h2>
<p>${page.contact || notEnrolled.defaultContact}</p>
</section>
<div class="actions">
<a class="button primary" href="${page.returnUrl}">${page.from === undefined ? notEnrolled.back : notEnrolled.backToAccount}</a>
</div>
<p class="soft">${error.requestId}: <code>${page.requestId}</code></p>`,
  )
}
