/** What a person does at the pages of the house, by what they read there in English. */
import type { Page } from 'playwright-core'

export const PASSWORD = 'battle-school'

export const press = (page: Page, name: string | RegExp) =>
  page.getByRole('button', { name, exact: typeof name === 'string' }).click()

export const heading = (page: Page) => page.getByRole('heading', { level: 1 }).innerText()

/** At the embedded provider. */
export async function logIn(page: Page, username: string, password = PASSWORD): Promise<void> {
  await page.getByLabel('Username').fill(username)
  await page.getByLabel('Password').fill(password)
  await press(page, 'Log in')
}

export async function allowAndLogIn(page: Page, url: URL, username: string): Promise<void> {
  await page.goto(url.href)
  await press(page, 'Allow')
  await logIn(page, username)
}

/** From the door of the person's own page to it. */
export async function signIn(page: Page, origin: string, username: string): Promise<void> {
  await page.goto(`${origin}/account`)
  await press(page, 'Sign in')
  await logIn(page, username)
  await page.waitForURL(`${origin}/account`)
}

/** Allow, where the login may be open already: then the person says that it is they, unless it is of this very second. */
export async function allowLoggedIn(page: Page, url: URL): Promise<void> {
  await page.goto(url.href)
  await press(page, 'Allow')
  const confirm = page.getByRole('button', { name: /^Continue as/ })
  await confirm.or(page.getByRole('heading', { name: 'Connected' })).waitFor()
  if (await confirm.isVisible()) await confirm.click()
}
