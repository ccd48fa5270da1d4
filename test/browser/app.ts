/** An AI client on this computer: it registers, sends a person to the door, and waits at a redirect URI of loopback. */
import type { Page } from 'playwright-core'
import type { Test } from 'tap'
import { ClaudeClient, type Tokens } from '../support/claude-client.ts'
import { loopbackServer } from '../support/loopback-server.ts'

const LANDING = '<!doctype html><title>App</title><link rel="icon" href="data:,"><h1>Connected</h1>'

export interface Asked {
  url: URL
  verifier: string
  state: string
}

export interface App {
  client: ClaudeClient
  ask(): Asked
  /** Resolves with what the browser brings to the redirect URI. */
  arrival(page: Page): Promise<URLSearchParams>
  /** The tokens for what a browser brought. */
  tokens(asked: Asked, arrived: URLSearchParams): Promise<Tokens>
}

/** @param origin of the door; the app's own is another one, and another site */
export async function openApp(t: Test, origin: string, name = 'Claude'): Promise<App> {
  const landing = await loopbackServer(t, (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(LANDING)
  })
  const client = await ClaudeClient.register(origin, {
    client_name: name,
    redirect_uris: [`${landing.origin}/callback`],
  })
  return {
    client,
    ask: () => client.authorization(),
    async arrival(page) {
      await page.waitForURL((url) => url.href.startsWith(`${client.redirectUri}?`))
      return new URL(page.url()).searchParams
    },
    async tokens({ verifier }, arrived) {
      const answer = await client.redeem({ code: arrived.get('code') ?? '', verifier })
      if (!answer.ok) throw new Error(`the code was answered ${answer.status}`)
      return (await answer.json()) as Tokens
    },
  }
}
