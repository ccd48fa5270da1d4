/** A person at their own page: what a browser does there. */
import type { LightMyRequestResponse } from 'fastify'
import type { Identity } from '../../src/upstream/upstream.ts'
import type { Browser, Door } from './door.ts'

/** As Chromium posts a form of our own page. */
export const OWN = { origin: 'http://localhost:3000', 'sec-fetch-site': 'same-origin' }

export interface AtAccount {
  browser: Browser
  /** The page, read anew. */
  page(): Promise<LightMyRequestResponse>
  /** The token of this session's forms. */
  token: string
  post(
    path: string,
    form: Record<string, string>,
    headers?: Record<string, string>,
  ): Promise<LightMyRequestResponse>
}

export function postTo(
  browser: Browser,
  path: string,
  form: Record<string, string>,
  headers: Record<string, string> = OWN,
): Promise<LightMyRequestResponse> {
  return browser.request({
    method: 'POST',
    url: path,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    payload: new URLSearchParams(form).toString(),
  })
}

export const beginSignIn = (browser: Browser, provider = 'default') =>
  postTo(browser, '/account/sign-in', { provider })

export function formToken({ body }: LightMyRequestResponse): string {
  return /name="token" value="([^"]+)"/.exec(body)?.[1] ?? ''
}

/** From the button to the page, in a fresh browser. */
export async function signIn(
  door: Door,
  identity: Identity = door.upstream.identity,
  browser = door.browser(),
): Promise<AtAccount> {
  door.upstream.identity = identity
  const back = await browser.comeBack(await beginSignIn(browser))
  if (back.headers.location !== `${door.config.PUBLIC_URL.origin}/account`) {
    throw new Error(`not signed in: ${back.statusCode} ${back.body.slice(0, 2000)}`)
  }
  const page = () => browser.get('/account')
  const token = formToken(await page())
  return {
    browser,
    page,
    token,
    post: (path, form, headers = OWN) => postTo(browser, path, { token, ...form }, headers),
  }
}

/** The id of each grant that a page offers to end. */
export function grantsOn({ body }: LightMyRequestResponse): string[] {
  return [...body.matchAll(/name="grant" value="([A-Za-z0-9_-]{22})"/g)].map(([, id]) => String(id))
}
