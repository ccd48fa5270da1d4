/** An error that cannot be sent to the client: what happened in plain words, what to do now, and never why in detail. */
import { html } from './html.ts'
import { layout } from './layout.ts'
import { type Locale, messagesOf } from './locale.ts'
import type { ErrorCode } from './messages/en.ts'

export type ErrorPageCode = ErrorCode

export interface ErrorPage {
  locale: Locale
  code: ErrorPageCode
  /** Where the person was at their own page. */
  from?: 'account' | undefined
  /** The same as in the log. */
  requestId: string
}

export function errorPage(page: ErrorPage): string {
  const { account, error } = messagesOf(page.locale)
  const { title, advice } = error.pages[page.code]
  return layout(
    page.locale,
    title,
    html`<h1>${title}</h1>
<p>${(page.from && error.account[page.code]) ?? advice}</p>
${
  // C27: clients keep a dead registration for ever, and only their own settings can clear it.
  page.code === 'unknown_client' &&
  html`<section aria-labelledby="clients">
<h2 id="clients">${error.staleEntry}</h2>
<dl>
${error.clients.map(([name, steps]) => html`<dt>${name}</dt><dd>${steps}</dd>\n`)}</dl>
</section>`
}
${page.from && html`<div class="actions"><a class="button" href="/account">${account.toAccount}</a></div>`}
<p class="soft">${error.requestId}: <code>${page.requestId}</code></p>`,
  )
}
