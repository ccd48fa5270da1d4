/** What a person sees in the account room: never framed, kept, or made of what a stranger wrote. */
import t from 'tap'
import { createMemoryStore } from '../../src/store/memory-store.ts'
import { StoreUnavailableError } from '../../src/store/store.ts'
import { beginSignIn, OWN, postTo, signIn } from '../support/account.ts'
import { type Door, openDoor } from '../support/door.ts'
import { person } from '../support/stub-upstream.ts'

async function everyPage(door: Door) {
  const nobody = door.browser()
  const at = await signIn(door, person('ender', 'BS-2401', ['student']))
  const stranger = door.browser()
  const begun = await beginSignIn(stranger)
  door.upstream.identity = person('valentine', undefined, [])
  const pages = {
    'sign in': await nobody.get('/account'),
    account: await at.page(),
    'not enrolled': await stranger.comeBack(begun),
    'a forged form': await at.post('/account/disconnect', {}, { origin: 'https://evil.example' }),
    'no session': await postTo(nobody, '/account/disconnect', {}),
    'no form': await nobody.request({
      method: 'POST',
      url: '/account/sign-in',
      headers: OWN,
      payload: { a: 1 },
    }),
    'signed out': await nobody.get('/signed-out'),
  }
  return pages
}

t.test('clickjacking, caches: RFC 9700 §4.16 no page may be framed, kept or sniffed', async (t) => {
  const pages = await everyPage(await openDoor(t))
  t.same(
    Object.values(pages).map(({ statusCode }) => statusCode),
    [200, 200, 403, 403, 400, 415, 200],
  )
  for (const [title, { headers, body }] of Object.entries(pages)) {
    t.match(headers['content-type'], /^text\/html/, title)
    t.match(headers['content-security-policy'], /(^|; )frame-ancestors 'none'(;|$)/, title)
    t.match(headers['content-security-policy'], "default-src 'none'", title)
    t.notMatch(headers['content-security-policy'], /unsafe|script-src/, title)
    t.equal(headers['x-frame-options'], 'DENY', title)
    t.equal(headers['cache-control'], 'no-store', title)
    t.equal(headers['referrer-policy'], 'same-origin', title)
    t.notMatch(body, /<script|autofocus|http-equiv| on[a-z]+=| style=/i, title)
  }
})

t.test('each answer of a form is a 303 that is not kept', async (t) => {
  const door = await openDoor(t)
  const at = await signIn(door)
  const begun = await beginSignIn(door.browser())
  const answers = [
    begun,
    await at.post('/account/disconnect', { grant: 'all' }),
    await at.post('/account/sign-out', { from: 'here' }),
  ]
  for (const { statusCode, headers } of answers) {
    t.match([statusCode, headers['cache-control']], [303, 'no-store'])
  }
})

const payloads = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</h3></article></main></body><svg onload=alert(1)>',
  '<form action="https://evil.example"><button>',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '`-alert(1)-`',
  '\u202eedualC',
]

/** The elements of a page, less what is another each time. */
function elementsOf(body: string): string[] {
  return [...body.matchAll(/<[^>]*>/g)].map(([tag]) =>
    tag.replace(/(value|datetime)="[A-Za-z0-9_:.-]{20,}"/, '$1=""'),
  )
}

t.test('markup in the name of a client, a person or a program is text', async (t) => {
  const door = await openDoor(t)
  const shown = async (text: string) => {
    const login = person('ender', 'BS-2401', ['student'])
    door.upstream.identity = { ...login, claims: { ...login.claims, name: text } }
    const client = await door.register({ client_name: text })
    const { access_token } = await door.connect(client)
    t.ok(access_token)
    const at = await signIn(door)
    const { body } = await at.page()
    await at.post('/account/disconnect', { grant: 'all' })
    return elementsOf(body)
  }
  const plain = await shown('Claude')
  t.ok(plain.length > 40)
  for (const text of payloads) t.same(await shown(text), plain, text)
})

t.test('the query of a request is on no page', async (t) => {
  const door = await openDoor(t)
  const at = await signIn(door)
  for (const url of ['/account', '/signed-out']) {
    const plain = elementsOf((await at.browser.get(url)).body)
    for (const text of payloads) {
      for (const name of ['page', 'state', 'ui_locales', 'notice', 'error_description']) {
        const query = new URLSearchParams({ [name]: text })
        const { body, statusCode } = await at.browser.get(`${url}?${query}`)
        t.equal(statusCode, 200)
        t.same(elementsOf(body), plain, `${name}=${text}`)
        t.notMatch(body, 'alert(1)')
      }
    }
  }
})

t.test('a page says nothing that no form of ours made it say', async (t) => {
  const door = await openDoor(t)
  const at = await signIn(door)
  for (const word of ['disconnected<b>', '__proto__', 'toString', '']) {
    at.browser.cookies.set('bsg-notice', word)
    t.notMatch((await at.page()).body, 'class="notice"', word)
  }
  for (const word of ['here', 'everywhere.', `everywhere.${'A'.repeat(42)}`, 'x.y', '']) {
    at.browser.cookies.set('bsg-farewell', word)
    t.match((await at.browser.get('/signed-out?state=')).body, 'Nobody signed out here', word)
  }
})

t.test('without the store each is a 503 page with Retry-After, and nobody is let in', async (t) => {
  // One gateway alone: a replica would have a store of its own, which is up.
  const door = await openDoor(t, {}, { openStore: createMemoryStore })
  const at = await signIn(door)
  const { get, grantsOf, put } = door.store
  const down = () => Promise.reject(new StoreUnavailableError(new Error('down')))
  Object.assign(door.store, { get: down, grantsOf: down, put: down })
  const answers = {
    page: await at.page(),
    disconnect: await at.post('/account/disconnect', { grant: 'all' }),
    'sign out': await at.post('/account/sign-out', { from: 'everywhere' }),
    'sign in': await beginSignIn(door.browser()),
  }
  for (const [title, { statusCode, headers, body }] of Object.entries(answers)) {
    t.match([statusCode, headers['retry-after']], [503, '2'], title)
    t.match(headers['content-type'], /^text\/html/, title)
    t.match(body, 'Not available right now', title)
  }
  Object.assign(door.store, { get, grantsOf, put })
  t.match((await at.page()).body, 'Signed in as', 'nobody was signed out by it')
  t.equal((await door.browser().get('/signed-out')).statusCode, 200, 'it needs no store')
})

t.test('one h1, headings in order, each field and button with a name', async (t) => {
  const door = await openDoor(t)
  await door.connect(await door.register({ client_name: 'Claude' }))
  await door.connect(await door.register({ client_name: 'Cursor' }))
  for (const page of Object.values(await everyPage(door))) {
    const levels = [...page.body.matchAll(/<h([1-6])/g)].map(([, level]) => Number(level))
    t.equal(levels.filter((level) => level === 1).length, 1)
    levels.reduce((before, level) => {
      t.ok(level <= before + 1, `h${before} h${level}`)
      return level
    })
    t.match(page.body, /<html lang="en">/)
    const ids = [...page.body.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
    t.equal(new Set(ids).size, ids.length, 'ids are unique')
    for (const [, names = ''] of page.body.matchAll(/aria-(?:labelledby|describedby)="([^"]+)"/g)) {
      for (const name of names.split(' ')) t.ok(ids.includes(name), name)
    }
  }
})
