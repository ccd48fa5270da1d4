/** A person at a browser: agrees, logs in at Keycloak or at the embedded provider, says who they are. */
import type { Browser, Page } from './browser.ts'
import type { Form } from './html.ts'

export interface Person {
  username: string
  password: string
}

/** On from a page until the browser has left for the client, or stands before something that this person cannot answer. */
export async function proceed(browser: Browser, page: Page, person: Person): Promise<Page> {
  let current = page
  for (let steps = 0; steps < 10; steps++) {
    const next = answer(browser, current, person)
    if (next === undefined) return current
    current = await next
  }
  throw new Error(`${person.username} is led in circles, at last to ${current.url.pathname}`)
}

/** Opens an authorization URL and goes on to where it ends. */
export async function authorize(browser: Browser, url: URL, person: Person): Promise<Page> {
  return proceed(browser, await browser.open(url), person)
}

/** Presses one button of our own pages. */
export function press(browser: Browser, page: Page, decision: string): Promise<Page> {
  const form = page.forms.find((candidate) => offers(candidate, decision))
  if (form === undefined) throw new Error(`${page.url.pathname} has no button ${decision}`)
  return browser.submit(page, form, {}, { decision })
}

function answer(browser: Browser, page: Page, person: Person): Promise<Page> | undefined {
  for (const decision of ['allow', 'continue']) {
    if (page.forms.some((form) => offers(form, decision))) return press(browser, page, decision)
  }
  const login = page.forms.find(({ fields }) => fields.includes('password'))
  if (login === undefined) return undefined
  const { username, password } = person
  const button = offers(login, 'login') ? { decision: 'login' } : {}
  return browser.submit(page, login, { username, password }, button)
}

function offers(form: Form, decision: string): boolean {
  return form.buttons.some(({ name, value }) => name === 'decision' && value === decision)
}
