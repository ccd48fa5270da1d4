import t from 'tap'
import { type PersonPage, personPage } from '../../src/pages/person-page.ts'

const render = (more: Partial<PersonPage> = {}) =>
  personPage({
    locale: 'en',
    personName: 'Andrew Wiggin',
    clientName: 'Claude',
    redirectUri: 'https://claude.ai/api/mcp/auth_callback',
    sealed: 'sealed.login',
    action: 'https://door.example/authorize/process',
    ...more,
  })

t.test('the person, the client and where access goes are named', async (t) => {
  const page = render()
  t.match(page, '<h1>You are already logged in as <bdi>Andrew Wiggin</bdi></h1>')
  t.match(page, '“<bdi>Claude</bdi>” will use this person’s data at')
  t.match(page, '<p class="host" dir="ltr">claude.ai</p>')
})

t.test('continue, another account, or none', async (t) => {
  const page = render()
  t.match(page, '<form method="post" action="https://door.example/authorize/process">')
  t.match(page, '<input type="hidden" name="request" value="sealed.login">')
  t.same(
    [...page.matchAll(/<button[^>]* name="decision" value="(\w+)">/g)].map(([, value]) => value),
    ['continue', 'switch', 'cancel'],
  )
})

t.test('and the way to what is connected already', async (t) => {
  t.match(render(), '<a href="/account">')
})

t.test('names that cannot be seen leave a sentence that can be read', async (t) => {
  const page = render({ personName: '\u200b', clientName: undefined })
  t.match(page, 'logged in as ?<')
  t.match(page, 'an app without a name will use')
})

t.test('in Korean', async (t) => {
  t.match(render({ locale: 'ko' }), '이미 <bdi>Andrew Wiggin</bdi>\u00a0님으로 로그인되어 있습니다')
})
