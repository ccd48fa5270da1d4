/** What this address is, for a person who opens it in a browser. */
import { html } from './html.ts'
import { layout } from './layout.ts'
import { type Locale, messagesOf } from './locale.ts'

export interface FrontPage {
  locale: Locale
  /** The URL of the MCP server. */
  resource: string
}

export function frontPage({ locale, resource }: FrontPage): string {
  const { front, account } = messagesOf(locale)
  return layout(
    locale,
    front.title,
    html`<h1>${front.title}</h1>
<p>${front.explain}</p>
<section class="destination" aria-labelledby="address">
<h2 id="address">${front.address}</h2>
<p class="uri" dir="ltr"><code>${resource}</code></p>
</section>
<p>${front.afterwards}</p>
<div class="actions">
<a class="button" href="/account">${account.toAccount}</a>
</div>`,
  )
}
