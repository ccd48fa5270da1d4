/** The person's own page: the apps that they let in, who they are in the school, and the ways out. */
import type { ListedGrant } from '../store/store.ts'
import type { Standing } from '../students/directory.ts'
import { claimedName } from './claimed-text.ts'
import { abilitiesOf, clientOf, documentHostOf, hostOf } from './grant-facts.ts'
import { type Html, html } from './html.ts'
import { layout } from './layout.ts'
import { type Locale, messagesOf } from './locale.ts'
import type { Notice } from './messages/account-en.ts'
import { moment } from './moment.ts'
import { noticeOf, pageLinks } from './page-parts.ts'

export interface AccountPage {
  locale: Locale
  /** The provider's word for the person. */
  name: string
  standing: Standing
  /** The enrolment rule that decided. */
  rule: string | undefined
  grants: readonly ListedGrant[]
  page: number
  more: boolean
  notice: Notice | undefined
  formToken: string
}

export function accountPage(page: AccountPage): string {
  const { locale, standing } = page
  const { account } = messagesOf(locale)
  const { apps, school, signOut } = account
  const token = html`<input type="hidden" name="token" value="${page.formToken}">`
  return layout(
    locale,
    account.title,
    html`<h1>${account.title}</h1>
${noticeOf(locale, page.notice)}
<p>${account.signedInAs(claimedName(page.name) ?? html`?`)}</p>
${standing.roles.includes('instructor') && html`<nav aria-label="${account.pages.here}"><a href="/account/people">${account.pages.people}</a></nav>`}
<section class="part" aria-labelledby="apps">
<h2 id="apps">${apps.heading}</h2>
${page.grants.length === 0 ? html`<p>${apps.none}</p>` : html`<p class="soft">${apps.explain}</p>`}
${page.grants.map((grant, at) => appCard(locale, grant, at + 1, token))}
${pageLinks(locale, '/account', page)}
${
  page.grants.length > 0 &&
  html`<p class="soft">${apps.disconnectAllExplain}</p>
<form method="post" action="/account/disconnect">${token}
<button class="button" type="submit" name="grant" value="all">${apps.disconnectAll}</button>
</form>`
}
</section>
<section class="part" aria-labelledby="school">
<h2 id="school">${school.heading}</h2>
<dl class="facts">
<div><dt>${school.student}</dt><dd>${standing.studentId ?? school.noStudent}</dd></div>
<div><dt>${school.role}</dt><dd>${standing.roles.map((role) => school.roles[role]).join(', ')}</dd></div>
${page.rule !== undefined && html`<div><dt>${school.rule}</dt><dd><code>${page.rule}</code></dd></div>`}
</dl>
</section>
<section class="part" aria-labelledby="sign-out">
<h2 id="sign-out">${signOut.heading}</h2>
<form method="post" action="/account/sign-out">${token}
<p class="soft" id="here">${signOut.hereExplain}</p>
<button class="button" type="submit" name="from" value="here" aria-describedby="here">${signOut.here}</button>
<p class="soft" id="everywhere">${signOut.everywhereExplain}</p>
<button class="button" type="submit" name="from" value="everywhere" aria-describedby="everywhere">${signOut.everywhere}</button>
</form>
</section>`,
  )
}

function appCard(locale: Locale, { grant, use }: ListedGrant, number: number, token: Html): Html {
  const { apps } = messagesOf(locale).account
  const [host, document] = [hostOf(grant), documentHostOf(grant)]
  const from = html`<bdi class="address" dir="ltr">${use.address}</bdi>`
  return html`<article class="app" aria-labelledby="app-${number}">
<h3 id="app-${number}">${clientOf(locale, grant)}</h3>
<dl class="facts">
<div><dt>${apps.address}</dt><dd>${host === undefined ? apps.noAddress : html`<strong class="address" dir="ltr">${host}</strong>`}</dd></div>
${document !== undefined && html`<div><dt>${apps.identified}</dt><dd><span class="address" dir="ltr">${document}</span></dd></div>`}
<div><dt>${apps.may}</dt><dd>${abilitiesOf(locale, grant).join('; ')}</dd></div>
<div><dt>${apps.connected}</dt><dd>${moment(locale, grant.createdAt)}</dd></div>
<div><dt>${apps.used}</dt><dd>${moment(locale, use.lastUsedAt)}<br>${apps.usedFrom(from, claimedName(use.userAgent))}</dd></div>
</dl>
<form method="post" action="/account/disconnect">${token}
<button class="button" type="submit" name="grant" value="${grant.id}" id="off-${number}" aria-labelledby="off-${number} app-${number}">${apps.disconnect}</button>
</form>
</article>
`
}
