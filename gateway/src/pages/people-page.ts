/** The instructor's page: who waits, and what is connected, by person or by client. Addresses of use are the person's alone. */
import type { ListedGrant } from '../store/store.ts'
import type { WaitingPerson } from '../students/waiting-list.ts'
import { claimedName } from './claimed-text.ts'
import { clientOf, hostOf } from './grant-facts.ts'
import { type Html, html } from './html.ts'
import { layout } from './layout.ts'
import { type Locale, messagesOf } from './locale.ts'
import type { Notice } from './messages/account-en.ts'
import { moment } from './moment.ts'
import { noticeOf, pageLinks } from './page-parts.ts'

/** Whose grants are looked at. */
export type Filter = { person: string } | { client: string }

export interface PeoplePage {
  locale: Locale
  waiting: readonly WaitingPerson[]
  /** Where the next page of those who wait begins. */
  moreWaiting: string | undefined
  /** Others: the same student at another provider. */
  asked: { student: string | undefined; filter: Filter | undefined; others: readonly string[] }
  /** Undefined where nobody's were asked for. */
  grants: readonly ListedGrant[] | undefined
  page: number
  more: boolean
  /** Of this list. */
  address: string
  notice: Notice | undefined
  formToken: string
}

export function peoplePage(page: PeoplePage): string {
  const { locale, asked } = page
  const { account } = messagesOf(locale)
  const { people } = account
  const token = html`<input type="hidden" name="token" value="${page.formToken}">`
  const nobody = asked.student !== undefined && asked.filter === undefined
  return layout(
    locale,
    people.title,
    html`<h1>${people.title}</h1>
${noticeOf(locale, page.notice)}
<nav aria-label="${account.pages.here}"><a href="/account">${account.title}</a></nav>
<section class="part" aria-labelledby="waiting">
<h2 id="waiting">${people.waiting.heading}</h2>
${page.waiting.length === 0 ? html`<p>${people.waiting.none}</p>` : waitingTable(page, token)}
${page.moreWaiting !== undefined && html`<p><a rel="next" href="/account/people?after=${page.moreWaiting}">${account.pages.older}</a></p>`}
</section>
<section class="part" aria-labelledby="find">
<h2 id="find">${people.find.heading}</h2>
${finder('student', people.find.student, people.find.button, asked.student)}
${finder('client', people.find.client, people.find.button, clientAsked(asked.filter))}
${nobody && html`<p role="status">${people.nobody}</p>`}
</section>
${page.grants && asked.filter && grantSection(page, asked.filter, page.grants, token)}`,
    'wide',
  )
}

function clientAsked(filter: Filter | undefined): string | undefined {
  return filter !== undefined && 'client' in filter ? filter.client : undefined
}

function finder(name: string, label: string, button: string, value: string | undefined): Html {
  return html`<form class="finder" method="get" action="/account/people">
<label for="${name}">${label}</label>
<input id="${name}" name="${name}" value="${value ?? ''}" autocomplete="off" spellcheck="false" required>
<button class="button" type="submit" aria-label="${button}: ${label}">${button}</button>
</form>
`
}

/** Roles are said, too: where the screen is narrow the rows are blocks, and some browsers then forget that it is a table. */
function table(caption: string, columns: readonly string[], rows: readonly Html[]): Html {
  return html`<table role="table" aria-labelledby="${caption}">
<thead role="rowgroup"><tr role="row">${columns.map((name) => html`<th scope="col" role="columnheader">${name}</th>`)}</tr></thead>
<tbody role="rowgroup">
${rows}</tbody>
</table>`
}

function waitingTable({ locale, waiting }: PeoplePage, token: Html): Html {
  const words = messagesOf(locale).account.people.waiting
  const rows = waiting.map((person, at) => {
    const id = `waiting-${at + 1}`
    const button = (decision: 'approve' | 'refuse') =>
      html`<button class="button" type="submit" name="decision" value="${decision}" id="${decision}-${at + 1}" aria-labelledby="${decision}-${at + 1} ${id}">${words[decision]}</button>`
    return html`<tr role="row">
<th scope="row" role="rowheader" id="${id}">${claimedName(person.name) ?? '?'}<br>${addressFacts(locale, person)}<br><span class="soft">${person.provider ?? person.iss}: <code>${legible(person.sub)}</code></span></th>
<td role="cell"><span class="label" aria-hidden="true">${words.since}</span>${moment(locale, person.askedAt)}</td>
<td role="cell"><form method="post" action="/account/people/decision">${token}<input type="hidden" name="person" value="${person.personId}">
<label for="student-${at + 1}">${words.student}</label>
<input id="student-${at + 1}" name="student" autocomplete="off" spellcheck="false">
<div class="pair">${button('approve')}${button('refuse')}</div></form></td>
</tr>
`
  })
  return html`<p class="soft">${words.explain}</p>
${table('waiting', [words.person, words.since, words.decision], rows)}`
}

/** A name is whatever its owner types: what a namesake cannot have is the verified address, and the subject at the provider. */
function addressFacts(locale: Locale, { email, emailVerified }: WaitingPerson): Html {
  const { proven, unproven } = messagesOf(locale).account.people.waiting
  const said = emailVerified ? proven : unproven
  return email === undefined
    ? html`<span class="soft">${said}</span>`
    : html`<span class="soft"><bdi>${email}</bdi> (${said})</span>`
}

/**
 * Whole: those of one directory begin alike (`f:<id>:<name>` of Keycloak) and those of a family end alike. OpenID Connect Core §2
 * has at most 255 ASCII characters; any other is told by its number, so that what cannot be seen makes no two look as one.
 */
function legible(sub: string): string {
  return sub.replace(/[^!-~]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
}

function grantSection(
  page: PeoplePage,
  filter: Filter,
  grants: readonly ListedGrant[],
  token: Html,
): Html {
  const { locale } = page
  const { people, apps } = messagesOf(locale).account
  const [first] = grants
  const ofPerson = 'person' in filter
  const { studentId } = first?.grant ?? {}
  const student = studentId ?? page.asked.student
  const whom = ofPerson
    ? student === undefined
      ? html`${people.withoutNumber}`
      : people.student(student)
    : first
      ? clientOf(locale, first.grant)
      : html`<code>${filter.client}</code>`
  const scope = ofPerson
    ? html`<input type="hidden" name="person" value="${filter.person}">`
    : html`<input type="hidden" name="client" value="${filter.client}">`
  const rows = grants.map((grant, at) => grantRow(locale, grant, at + 1, html`${token}${scope}`))
  const columns = [people.app, people.person, people.lastUsed, people.action]
  return html`<section class="part" aria-labelledby="grants">
<h2 id="grants">${people.grantsOf(whom)}</h2>
${grants.length === 0 ? html`<p>${apps.none}</p>` : table('grants', columns, rows)}
${page.asked.others.map((address) => html`<p><a href="${address}">${people.grantsOf(whom)} (+)</a></p>`)}
${pageLinks(locale, page.address, page)}
${
  grants.length > 0 &&
  html`<form method="post" action="/account/people/disconnect">${token}${scope}
<button class="button" type="submit" name="grant" value="all">${ofPerson ? people.ofPerson : people.ofClient}</button>
</form>`
}
</section>`
}

function grantRow(locale: Locale, { grant, use }: ListedGrant, number: number, hidden: Html): Html {
  const { people, apps } = messagesOf(locale).account
  const host = hostOf(grant) ?? apps.noAddress
  const label = (words: string) => html`<span class="label" aria-hidden="true">${words}</span>`
  const link = (filter: Record<string, string>) =>
    `/account/people?${new URLSearchParams(filter).toString()}`
  return html`<tr role="row">
<th scope="row" role="rowheader" id="app-${number}"><a href="${link({ client: grant.client_id })}">${clientOf(locale, grant)}</a><br><span class="address soft" dir="ltr">${host}</span></th>
<td role="cell">${label(people.person)}<a href="${link({ person: grant.personId })}">${grant.studentId ?? people.withoutNumber}</a></td>
<td role="cell">${label(people.lastUsed)}${moment(locale, use.lastUsedAt)}<br><span class="soft">${apps.connected}: ${moment(locale, grant.createdAt)}</span></td>
<td role="cell"><form method="post" action="/account/people/disconnect">${hidden}
<button class="button" type="submit" name="grant" value="${grant.id}" id="off-${number}" aria-labelledby="off-${number} app-${number}">${apps.disconnect}</button></form></td>
</tr>
`
}
