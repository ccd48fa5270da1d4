/** An error that cannot be sent to the client: what happened in plain words, what to do now, and never why in detail. */
import { html } from './html.ts'
import { layout } from './layout.ts'
import { type Locale, messagesOf } from './locale.ts'
import type { ErrorCode } from './messages/en.ts'

export type ErrorPageCode = ErrorCode

export interface ErrorPage {
  locale: Locale
  code: ErrorPageCode
  /** The same as in the log. */
  requestId: string
}

export function errorPage(page: ErrorPage): string {
  const { error } = messagesOf(page.locale)
  return layout(
    page.locale,
    error.titles[page.code],
    html`<h1>${error.titles[page.code]}</h1>
<p>${error.advice[page.code]}</p>
${
  // C27: the person is told how to get rid of the stale entry, for each client.
  page.code === 'unknown_client' &&
  html`<table>
<caption class="soft">${error.clientTable}</caption>
${error.clients.map(([name, advice]) => html`<tr><th scope="row">${name}</th><td>${advice}</td></tr>\n`)}</table>`
}
<p class="soft">${error.requestId}: <code>${page.requestId}</code></p>`,
  )
}
