/** For a valid login that an instructor has to approve: what happens now, and the one way back to the client. */
import { html } from './html.ts'
import { layout } from './layout.ts'
import { type Locale, messagesOf } from './locale.ts'

export interface WaitingPage {
  locale: Locale
  /** The setting ENROLMENT_CONTACT, or empty. */
  contact: string
  /** To the client, with error=access_denied. */
  returnUrl: string
  /** Where the person came to their own page: no app waits for them. */
  from?: 'account'
}

export function waitingPage(page: WaitingPage): string {
  const { account, notEnrolled, ...messages } = messagesOf(page.locale)
  const waiting = page.from === undefined ? messages.waiting : account.waiting
  return layout(
    page.locale,
    messages.waiting.title,
    html`<h1>${messages.waiting.title}</h1>
<p>${waiting.explain}</p>
<p>${waiting.afterwards}</p>
<section aria-labelledby="ask">
<h2 id="ask">${notEnrolled.ask}</h2>
<p>${page.contact || notEnrolled.defaultContact}</p>
</section>
<div class="actions">
<a class="button primary" href="${page.returnUrl}">${waiting.back}</a>
</div>`,
  )
}
