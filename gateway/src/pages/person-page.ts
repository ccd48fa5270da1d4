/** “Continue as …?”: a login that was there before is never bound to a client silently. */
import { claimedName, destinationOf } from './claimed-text.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'
import { type Locale, messagesOf } from './locale.ts'

export interface PersonPage {
  locale: Locale
  personName: string
  clientName: string | undefined
  redirectUri: string
  /** The pending login, sealed. */
  sealed: string
  action: string
}

export function personPage(page: PersonPage): string {
  const { person, consent } = messagesOf(page.locale)
  const name = claimedName(page.personName, '?')
  const client = claimedName(page.clientName, consent.unnamed)
  return layout(
    page.locale,
    person.title(name),
    html`<h1><bdi>${person.title(name)}</bdi></h1>
<p>${person.explain}</p>
<p class="soft"><bdi>${person.forClient(client, destinationOf(page.redirectUri).host)}</bdi></p>
<form method="post" action="${page.action}">
<input type="hidden" name="request" value="${page.sealed}">
<div class="actions">
<button class="button primary" type="submit" name="decision" value="continue"><bdi>${person.continue(name)}</bdi></button>
<button class="button" type="submit" name="decision" value="switch">${person.switch}</button>
<button class="button" type="submit" name="decision" value="cancel">${person.cancel}</button>
</div>
</form>`,
  )
}
