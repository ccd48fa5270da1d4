/** The person at the browser: consent, login, and back to the client with a code, `state` and `iss` (RFC 6749 §4.1.2, RFC 9207). */
import type { Test } from 'tap'
import { Browser, type Page } from '../../support/browser.ts'
import { type Person, press, proceed } from '../../support/person.ts'
import type { Asked, Journey } from './journey.ts'

/** All in one browser; where there are two, the first is left open while the second is finished (C40). */
export async function logIn(
  t: Test,
  journey: Journey,
  asked: readonly Asked[],
  person: Person,
): Promise<string[]> {
  const browser = new Browser(journey.redirectUri)
  const opened: Page[] = []
  for (const { url } of asked) {
    if (journey.client.looksFirst) await look(t, url)
    opened.push(await openConsent(t, browser, url))
  }
  const codes: string[] = []
  for (let at = opened.length - 1; at >= 0; at--) {
    const landed = await proceed(browser, opened[at] as Page, person)
    const answer = answerOf(t, journey, asked[at], landed)
    const code = answer.get('code')
    if (code === null) throw new Error(`no code: ${answer.get('error_description')}`)
    codes[at] = code
  }
  return codes
}

/** C41: a person who does not agree; clients read `error`, and show the description. */
export async function cancel(t: Test, journey: Journey, asked: Asked): Promise<void> {
  const browser = new Browser(journey.redirectUri)
  const landed = await press(browser, await openConsent(t, browser, asked.url), 'cancel')
  const answer = answerOf(t, journey, asked, landed)
  t.equal(answer.get('error'), 'access_denied', 'C41: the client is told')
  t.ok(answer.get('error_description'), 'C41: in words')
  t.notOk(answer.has('code'))
}

// C33: a process that has no cookies fetches the URL, and follows nothing.
async function look(t: Test, url: URL): Promise<void> {
  const { status, body } = await fetch(url, { redirect: 'manual' })
  await body?.cancel()
  t.ok(status < 400, 'C33: a look without a cookie is no error')
}

async function openConsent(t: Test, browser: Browser, url: URL): Promise<Page> {
  const page = await browser.open(url)
  t.equal(page.status, 200, 'the consent page is shown')
  t.notMatch(
    page.headers.get('content-security-policy'),
    'form-action',
    'C38: Chromium holds it against every redirect up to the client',
  )
  return page
}

function answerOf(
  t: Test,
  { found }: Journey,
  asked: Asked | undefined,
  landed: Page,
): URLSearchParams {
  // Nothing that follows could be more than an echo of this.
  if (landed.status !== 0) throw new Error(`the browser stands before ${titleOf(landed)}`)
  const answer = landed.url.searchParams
  t.equal(answer.get('state'), asked?.state, 'C37: state comes back byte for byte')
  t.equal(answer.get('iss'), found.server.issuer, 'RFC 9207 §2, C8: iss is the issuer')
  return answer
}

function titleOf({ status, url, body }: Page): string {
  return `${status} ${url.pathname}: ${/<title>([^<]*)/.exec(body)?.[1]}`
}
