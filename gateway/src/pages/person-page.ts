/** “You are already logged in as …”: a login that was there before is never bound to a client silently. */
import { claimedName, destinationOf } from './claimed-text.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'
import { type Locale, messagesOf } from './locale.ts'

export interface PersonPage {
  locale: Locale
  /** The provider's word for the person; people can often choose it themselves. */
  personName: string
  /** A claim of the client (RFC 7591 §2). */
  clientName: string | undefined
  redirectUri: string
  /** The pending login, sealed. */
  sealed: string
  action: string
}

export function personPage(page: PersonPage): string {
  const { account, client, person } = messagesOf(page.locale)
  const name = claimedName(page.personName) ?? html`?`
  return layout(
    page.locale,
    person.title,
    html`<h1>${person.loggedInAs(name)}</h1>
<p>${person.explain}</p>
<section class="destination" aria-labelledby="destination">
<h2 id="destination">${person.destination(client(claimedName(page.clientName)))}</h2>
<p class="host" dir="ltr">${destinationOf(page.redirectUri).host}</p>
</section>
<form method="post" action="${page.action}">
<input type="hidden" name="request" value="${page.sealed}">
<div class="actions stacked">
<button class="button primary" type="submit" name="decision" value="continue">${person.continue(name)}</button>
<button class="button" type="submit" name="decision" value="switch">${person.switch}</button>
<button class="button" type="submit" name="decision" value="cancel">${person.cancel}</button>
</div>
</form>
<p class="soft"><a href="/account">${account.manage}</a></p>`,
  )
}
