/** A right authorization request with one parameter changed: never a 5xx, and a page only while it is still right. */
import fc from 'fast-check'
import t from 'tap'
import { authorizationUrl, CLAUDE, sealedRequest } from '../support/door.ts'
import { livedInDoor } from './lived-in-door.ts'
import { hasNoneOr, keeps, mutation } from './mutation.ts'
import { brokenPromise, holds } from './promises.ts'

const RESOURCES = [
  'http://localhost:3000/mcp',
  'http://localhost:3000/mcp/',
  'http://localhost:3000',
]

t.test('fuzz: /authorize: one parameter changed', async (t) => {
  const door = await livedInDoor(t)
  const right = Object.fromEntries(
    new URL(
      authorizationUrl(door.client, { scope: 'school:read', resource: RESOURCES[0] }).url,
      CLAUDE,
    ).searchParams,
  )
  const untouched = await door.browser().get(`/authorize?${new URLSearchParams(right)}`)
  t.equal(untouched.statusCode, 200)
  const { state: _, scope: __, resource: ___, redirect_uri: ____, ...needed } = right
  const isRight = (form: URLSearchParams) =>
    keeps(form, {
      client_id: needed.client_id ?? '',
      response_type: 'code',
      code_challenge_method: 'S256',
    }) &&
    /^[\w-]{43}$/.test(form.get('code_challenge') ?? '') &&
    hasNoneOr(form, 'redirect_uri', CLAUDE) &&
    hasNoneOr(form, 'resource', ...RESOURCES) &&
    hasNoneOr(form, 'response_mode', 'query') &&
    hasNoneOr(form, 'request') &&
    hasNoneOr(form, 'request_uri') &&
    !form.get('prompt')?.split(' ').includes('none')
  await holds(
    t,
    fc.asyncProperty(mutation(Object.keys(right), door.rival), async (mutate) => {
      const form = mutate(right)
      const response = await door.browser().get(`/authorize?${form}`)
      const broken = brokenPromise(response, [CLAUDE])
      if (broken !== undefined) throw new Error(broken)
      const location = String(response.headers.location ?? '')
      if (response.statusCode === 200 && !isRight(form)) throw new Error('a page')
      if (location !== '' && !location.startsWith(`${CLAUDE}?error=`)) throw new Error(location)
    }),
    400,
  )
})

t.test('fuzz: /authorize/process: one field changed', async (t) => {
  const door = await livedInDoor(t)
  const origin = 'http://localhost:3000'
  const { url } = authorizationUrl(door.client)
  await holds(
    t,
    fc.asyncProperty(
      mutation(['request', 'decision'], door.rival),
      fc.constantFrom(origin, 'null', 'https://evil.example', `${origin}.evil.example`),
      fc.boolean(),
      async (mutate, from, ownCookie) => {
        const browser = door.browser()
        const page = await browser.get(url)
        const right = { request: sealedRequest(page), decision: 'allow' }
        const form = mutate(right)
        if (!ownCookie) browser.cookies.clear()
        const response = await browser.request({
          method: 'POST',
          url: '/authorize/process',
          headers: { 'content-type': 'application/x-www-form-urlencoded', origin: from },
          payload: form.toString(),
        })
        const broken = brokenPromise(response, [CLAUDE])
        if (broken !== undefined) throw new Error(broken)
        const allowed = keeps(form, right) && from === origin && ownCookie
        if ((response.statusCode === 303) !== allowed) throw new Error(`${response.statusCode}`)
      },
    ),
    150,
  )
})

t.test('fuzz: /callback: one parameter changed', async (t) => {
  const door = await livedInDoor(t)
  const { url } = authorizationUrl(door.client)
  await holds(
    t,
    fc.asyncProperty(
      mutation(['state', 'code', 'iss'], door.rival),
      fc.boolean(),
      async (mutate, ownCookie) => {
        const browser = door.browser()
        const toProvider = await browser.submit(await browser.get(url), 'allow')
        const state = new URL(String(toProvider.headers.location)).searchParams.get('state') ?? ''
        const form = mutate({ state, code: 'upstream-code', iss: 'http://localhost:3002' })
        if (!ownCookie) browser.cookies.clear()
        const response = await browser.get(`/callback?${form}`)
        const broken = brokenPromise(response, [CLAUDE])
        if (broken !== undefined) throw new Error(broken)
        const own = form.getAll('state').length === 1 && form.get('state') === state && ownCookie
        if ((response.statusCode === 303) !== own) throw new Error(`${response.statusCode}`)
      },
    ),
    100,
  )
})
