/** What ended when somebody signed out, and what did not. */
import { html } from './html.ts'
import { layout } from './layout.ts'
import { type Locale, messagesOf } from './locale.ts'
import type { Farewell } from './messages/account-en.ts'

export interface SignedOutPage {
  locale: Locale
  farewell: Farewell
}

export function signedOutPage({ locale, farewell }: SignedOutPage): string {
  const { signedOut, toAccount } = messagesOf(locale).account
  const { title, explain } = signedOut[farewell]
  return layout(
    locale,
    title,
    html`<h1>${title}</h1>
<p>${explain}</p>
<div class="actions">
<a class="button" href="/account">${toAccount}</a>
</div>`,
  )
}
