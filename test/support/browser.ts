/** A browser without a screen: cookies, redirects, forms, and the headers by which Chromium says where a request is from. */
import { CookieJar } from './cookie-jar.ts'
import { type Form, findForms, findLinks } from './html.ts'

export interface Page {
  url: URL
  /** 0 where the browser was sent to `leaveAt`, and did not go. */
  status: number
  headers: Headers
  body: string
  forms: Form[]
  links: URL[]
}

interface Navigation {
  url: URL
  method: string
  /** The page that caused it; none where the person typed the address. */
  from?: Page | undefined
  body?: URLSearchParams
}

const MOST_REDIRECTS = 20

export class Browser {
  readonly cookies = new CookieJar()
  /** Every address that was asked for or met, in order. */
  readonly visited: URL[] = []
  /** Prefix of the addresses that are somebody else’s: the browser is sent there, and does not go. */
  leaveAt: string

  constructor(leaveAt: string) {
    this.leaveAt = leaveAt
  }

  open(address: string | URL, from?: Page): Promise<Page> {
    return this.#navigate({ url: new URL(address), method: 'GET', from })
  }

  /** Fills the fields in and presses the button with that name and value, or the only one. */
  submit(
    page: Page,
    form: Form,
    fields: Record<string, string> = {},
    button: Record<string, string> = {},
  ): Promise<Page> {
    const body = new URLSearchParams({ ...form.hidden, ...fields, ...button })
    const url = new URL(form.action, page.url)
    return this.#navigate({ url, method: 'POST', from: page, body })
  }

  async #navigate(first: Navigation): Promise<Page> {
    const chain: URL[] = []
    let { url, method, body } = first
    while (chain.length <= MOST_REDIRECTS) {
      chain.push(url)
      this.visited.push(url)
      if (url.href.startsWith(this.leaveAt)) {
        return { url, status: 0, headers: new Headers(), body: '', forms: [], links: [] }
      }
      const cookie = this.cookies.header(url)
      const response = await fetch(url, {
        method,
        redirect: 'manual',
        headers: {
          accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
          'accept-language': 'en',
          'sec-fetch-dest': 'document',
          'sec-fetch-mode': 'navigate',
          'sec-fetch-site': siteOf(first.from?.url, chain),
          ...(method === 'POST' ? { origin: originOf(first.from, chain) } : {}),
          ...(cookie === undefined ? {} : { cookie }),
        },
        ...(body === undefined ? {} : { body }),
      })
      this.cookies.take(url, response)
      const location = response.headers.get('location')
      if (response.status < 300 || response.status > 399 || location === null) {
        return readPage(url, response)
      }
      await response.body?.cancel()
      url = new URL(location, url)
      // Fetch standard §4.4: only 307 and 308 keep the method and the body.
      if (response.status !== 307 && response.status !== 308) {
        method = 'GET'
        body = undefined
      }
    }
    throw new Error(`redirected for ever: ${chain.map(({ pathname }) => pathname).join(' → ')}`)
  }
}

async function readPage(url: URL, response: Response): Promise<Page> {
  const body = await response.text()
  const { status, headers } = response
  return { url, status, headers, body, forms: findForms(body), links: findLinks(body, url) }
}

// Fetch Metadata §2.3, over the whole chain of redirects; ports do not make a site.
function siteOf(from: URL | undefined, chain: readonly URL[]): string {
  if (from === undefined) return 'none'
  if (chain.every(({ origin }) => origin === from.origin)) return 'same-origin'
  return chain.every(({ hostname }) => hostname === from.hostname) ? 'same-site' : 'cross-site'
}

// Fetch standard §3.2: `null` where the policy hides the referrer, or once the chain has left the page's origin.
function originOf(from: Page | undefined, chain: readonly URL[]): string {
  const origin = from?.url.origin ?? 'null'
  const policy = from?.headers.get('referrer-policy') ?? 'strict-origin-when-cross-origin'
  const stayed = chain.every((url) => url.origin === origin)
  return policy === 'no-referrer' || (policy === 'same-origin' && !stayed) ? 'null' : origin
}
