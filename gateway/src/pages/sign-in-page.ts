/** The way to one's own page: nobody is sent to the provider before they press a button. */
import { claimedName } from './claimed-text.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'
import { type Locale, messagesOf } from './locale.ts'

export interface SignInPage {
  locale: Locale
  providers: readonly { id: string; name: string }[]
}

export function signInPage({ locale, providers }: SignInPage): string {
  const { account } = messagesOf(locale)
  const label = (name: string) =>
    providers.length === 1
      ? account.signIn.button
      : account.signIn.buttonAt(claimedName(name) ?? html`?`)
  return layout(
    locale,
    account.title,
    html`<h1>${account.title}</h1>
<p>${account.signIn.explain}</p>
<form method="post" action="/account/sign-in">
<div class="actions stacked">
${providers.map(({ id, name }) => html`<button class="button primary" type="submit" name="provider" value="${id}">${label(name)}</button>\n`)}</div>
</form>
<p class="soft">${account.signIn.next}</p>`,
  )
}
