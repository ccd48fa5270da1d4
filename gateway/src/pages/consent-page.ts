/** The consent page: who asks, where the answer goes, what it allows (MCP security best practices, “Confused deputy”). */
import { claimedName, destinationOf } from './claimed-text.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'
import { type Locale, messagesOf } from './locale.ts'
import { type ProviderChoice, providerChoice } from './provider-choice.ts'

export interface ConsentPage {
  locale: Locale
  /** A claim of the client (RFC 7591 §2). */
  clientName: string | undefined
  /** Its host is shown where it is a URL. */
  clientId: string
  redirectUri: string
  scopes: readonly string[]
  /** The request, sealed. */
  sealed: string
  action: string
  /** Undefined where there is one provider. */
  choice?: ProviderChoice | undefined
}

export function consentPage(page: ConsentPage): string {
  const { account, client, consent } = messagesOf(page.locale)
  const name = claimedName(page.clientName)
  const destination = destinationOf(page.redirectUri)
  const warning = { web: undefined, loopback: consent.loopback, app: consent.app }[destination.kind]
  const clientIdHost = /^https?:\/\//.test(page.clientId) && new URL(page.clientId).host
  return layout(
    page.locale,
    consent.title,
    html`<h1>${consent.question(client(name))}</h1>
${name && html`<p class="soft">${consent.claim}</p>`}
${clientIdHost && html`<p class="soft">${consent.identified} <strong class="address" dir="ltr">${clientIdHost}</strong></p>`}
<section class="destination" aria-labelledby="destination">
<h2 id="destination">${consent.destination}</h2>
<p class="host" dir="ltr">${destination.host}</p>
<p class="uri" dir="ltr"><code>${page.redirectUri}</code></p>
</section>
${warning && html`<p class="warning" role="alert">${warning}</p>`}
<section aria-labelledby="permissions">
<h2 id="permissions">${consent.permissions}</h2>
<ul>
${page.scopes.map((scope) => html`<li>${consent.scopes.get(scope) ?? scope}</li>\n`)}<li>${consent.instructor}</li>
</ul>
</section>
<p>${consent.next}</p>
<form method="post" action="${page.action}">
<input type="hidden" name="request" value="${page.sealed}">
${page.choice && html`${providerChoice(page.locale, page.choice)}\n`}<div class="actions">
<button class="button primary" type="submit" name="decision" value="allow">${consent.allow}</button>
<button class="button" type="submit" name="decision" value="cancel"${page.choice && html` formnovalidate`}>${consent.cancel}</button>
</div>
</form>
<p class="soft">${consent.unexpected}</p>
<p class="soft"><a href="/account">${account.manage}</a></p>`,
  )
}
