/** The same road behind TLS, as in production: a browser takes a __Host- cookie only where it keeps its promises. */
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:https'
import t, { type Test } from 'tap'
import { startHouse } from '../support/house-of-npm-start.ts'
import { freePort } from '../support/ports.ts'
import { callTool } from '../support/rpc.ts'
import { openApp } from './app.ts'
import { openChromium } from './chromium.ts'
import { allowAndLogIn, heading, press } from './steps.ts'
import { beginVisit } from './visit.ts'

/** A reverse proxy with a certificate that it made itself, in front of a house. */
async function openTls(t: Test, port: number, house: { port: number }): Promise<void> {
  const folder = t.testdir({})
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
      ...['-subj', '/CN=localhost', '-days', '2', '-keyout', 'key.pem', '-out', 'cert.pem'],
    ],
    { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const [key, cert] = ['key.pem', 'cert.pem'].map((file) => readFileSync(`${folder}/${file}`))
  const server = createServer({ key, cert }, (incoming, outgoing) => {
    const { method, url, headers } = incoming
    const inward = request({ host: '127.0.0.1', port: house.port, method, path: url, headers })
    inward.once('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    inward.once('error', () => outgoing.destroy())
    incoming.pipe(inward)
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
}

t.test(
  'RFC 6265bis §4.1.3.2: over https each cookie is __Host-, and the road is whole',
  async (t) => {
    const port = await freePort()
    const origin = `https://localhost:${port}`
    const house = await startHouse(t, { PUBLIC_URL: origin })
    await openTls(t, port, house)
    const chromium = await openChromium(t)
    const app = await openApp(t, `http://localhost:${house.port}`)
    const { context, page, complaints } = await beginVisit(chromium, { ignoreHTTPSErrors: true })
    const asked = app.ask()
    const url = new URL(asked.url.pathname + asked.url.search, origin)
    await allowAndLogIn(page, url, 'ender')
    const arrived = await app.arrival(page)
    t.equal(arrived.get('iss'), origin)
    const { access_token } = await app.tokens(asked, arrived)
    t.equal((await callTool(`http://localhost:${house.port}/mcp`, access_token)).status, 200)

    await page.goto(`${origin}/account`)
    await press(page, 'Sign in')
    await page.waitForURL(`${origin}/account`)
    await page.goto(new URL(url.pathname + url.search, origin).href)
    const ours = (await context.cookies(origin)).filter(({ name }) => name.includes('bsg-'))
    t.same(ours.map(({ name }) => name.replace(/-[\w-]{22}$/, '')).sort(), [
      '__Host-bsg-account',
      '__Host-bsg-authorize',
    ])
    for (const { name, domain, path, httpOnly, sameSite, secure } of ours) {
      t.match(
        { domain, path, httpOnly, sameSite, secure },
        { domain: 'localhost', path: '/', httpOnly: true, sameSite: 'Lax', secure: true },
        name,
      )
    }
    await page.goto(`${origin}/account`)
    await press(page, 'Disconnect “Claude”')
    t.match(await page.getByRole('status').innerText(), 'The app is disconnected.')
    await press(page, 'Sign out of this page')
    t.equal(await heading(page), 'You are signed out of this page')
    t.same(complaints, [])
  },
)
