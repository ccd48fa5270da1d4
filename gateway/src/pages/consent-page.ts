/** The consent page: who asks, where the answer goes, what it allows (MCP security best practices, “Confused deputy”). */
import { claimedName, destinationOf } from './claimed-text.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'
import { type Locale, messagesOf } from './locale.ts'

export interface ConsentPage {
  locale: Locale
  clientName: string | undefined
  clientId: string
  redirectUri: string
  scopes: readonly string[]
  /** The request, sealed. */
  sealed: string
  action: string
}

export function consentPage(page: ConsentPage): string {
  const { consent } = messagesOf(page.locale)
  const name = claimedName(page.clientName, consent.unnamed)
  const destination = destinationOf(page.redirectUri)
  const clientIdHost = /^https:\/\//.test(page.clientId) ? new URL(page.clientId).host : undefined
  const warning = {
    web: undefined,
    loopback: consent.loopback,
    app: consent.customScheme,
  }[destination.kind]
  return layout(
    page.locale,
    consent.title(name),
    html`<h1><bdi>${consent.title(name)}</bdi></h1>
<p class="soft">${consent.claim}</p>
<h2 id="destination">${consent.destination}</h2>
<p class="host" aria-labelledby="destination">${destination.host}</p>
<p class="uri"><code>${page.redirectUri}</code></p>
${warning && html`<div class="warn" role="alert"><p>${warning}</p></div>`}
${clientIdHost && html`<p class="soft">${consent.identified} <strong>${clientIdHost}</strong></p>`}
<h2>${consent.permissions}</h2>
<ul>
${page.scopes.map((scope) => html`<li>${consent.scopes[scope] ?? scope}</li>\n`)}<li>${consent.instructor}</li>
</ul>
<p class="soft">${consent.next}</p>
<form method="post" action="${page.action}">
<input type="hidden" name="request" value="${page.sealed}">
<div class="actions">
<button class="button primary" type="submit" name="decision" value="allow">${consent.allow}</button>
<button class="button" type="submit" name="decision" value="cancel">${consent.cancel}</button>
</div>
</form>`,
  )
}
