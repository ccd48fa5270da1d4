/** What several pages of the account room have: the word that is said once, and the way through a long list. */
import { type Html, html } from './html.ts'
import { type Locale, messagesOf } from './locale.ts'
import type { Notice } from './messages/account-en.ts'

/** A live region does not speak of what is there when the page comes, so it is no more than a paragraph that stands out. */
export function noticeOf(locale: Locale, notice: Notice | undefined): Html | undefined {
  if (notice === undefined) return undefined
  return html`<p class="notice" role="status">${messagesOf(locale).account.notices[notice]}</p>`
}

/** @param address with a query already, or without one */
export function pageLinks(
  locale: Locale,
  address: string,
  { page, more }: { page: number; more: boolean },
): Html | undefined {
  if (page === 1 && !more) return undefined
  const { pages } = messagesOf(locale).account
  const link = (to: number) => `${address}${address.includes('?') ? '&' : '?'}page=${to}`
  return html`<nav class="actions" aria-label="${pages.here}">
${page > 1 && html`<a class="button" rel="prev" href="${link(page - 1)}">${pages.newer}</a>`}
${more && html`<a class="button" rel="next" href="${link(page + 1)}">${pages.older}</a>`}
</nav>`
}
