/** One person's browser: cookies and a language of its own, and everything that it complains about is kept. */
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'

export interface Visit {
  context: BrowserContext
  page: Page
  /** What the console, a script, the policy of a page or a failed load said; and answers of 500 and more. */
  complaints: string[]
  /** The status of the document in each navigation, redirects left out. */
  statuses: Map<string, number>
}

export async function beginVisit(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({ locale: 'en-US', ...options })
  context.setDefaultTimeout(10_000)
  const complaints: string[] = []
  const statuses = new Map<string, number>()
  context.on('response', (response) => {
    const request = response.request()
    if (request.isNavigationRequest()) statuses.set(response.url(), response.status())
    if (response.status() >= 500 || (!request.isNavigationRequest() && response.status() >= 400)) {
      complaints.push(`${response.status()} ${response.url()}`)
    }
  })
  context.on('console', (message) => {
    // A page that answers 4xx is told as a resource that failed: that is no complaint about the page.
    const isOwnStatus =
      message.text().startsWith('Failed to load resource: the server responded with a status of') &&
      statuses.has(message.location().url)
    if (['error', 'warning'].includes(message.type()) && !isOwnStatus) {
      complaints.push(`${message.type()}: ${message.text()} ${message.location().url}`)
    }
  })
  context.on('weberror', (error) => complaints.push(`script: ${error.error().message}`))
  if (options.javaScriptEnabled !== false) {
    await context.addInitScript(`addEventListener('securitypolicyviolation', (event) =>
      console.error('violates', event.violatedDirective, event.blockedURI))`)
  }
  return { context, page: await context.newPage(), complaints, statuses }
}
