import t from 'tap'
import { type ConsentPage, consentPage } from '../../src/pages/consent-page.ts'
import { en } from '../../src/pages/messages/en.ts'

const render = (more: Partial<ConsentPage> = {}) =>
  consentPage({
    locale: 'en',
    clientName: 'Claude',
    clientId: 'bsg_client_x',
    redirectUri: 'https://claude.ai/api/mcp/auth_callback',
    scopes: ['school:read', 'school:write'],
    sealed: 'sealed.request',
    action: 'https://door.example/authorize/process',
    ...more,
  })

t.test('C32: the redirect host stands large, the whole redirect URI below it', async (t) => {
  t.match(
    render(),
    /<p class="host" dir="ltr">claude\.ai<\/p>\n<p class="uri" dir="ltr"><code>https:\/\/claude\.ai\/api\/mcp\/auth_callback<\/code>/,
  )
  const long = `https://claude.ai/${'x'.repeat(2000)}`
  t.match(render({ redirectUri: long }), `<code>${long}</code>`)
})

t.test('the name is a claim of the client, and the page says so', async (t) => {
  t.match(render(), '<h1>Allow “<bdi>Claude</bdi>” to use your Battle School data?</h1>')
  t.match(render(), en.consent.claim)
  const unnamed = render({ clientName: '\u202e ' })
  t.match(unnamed, '<h1>Allow an app without a name to use')
  t.notMatch(unnamed, en.consent.claim)
})

t.test('C32: the host of a client id that is a URL', async (t) => {
  t.match(
    render({ clientId: 'https://vscode.dev/oauth/client-metadata.json' }),
    '<strong class="address" dir="ltr">vscode.dev</strong>',
  )
  t.notMatch(render(), en.consent.identified)
})

t.test('the scopes in plain words, and what an instructor gets besides', async (t) => {
  t.match(
    render(),
    /read your student record[\s\S]*on your behalf[\s\S]*use instructor tools, if you are an instructor/,
  )
  const reading = render({ scopes: ['school:read'] })
  t.match(reading, /read your student record[\s\S]*use instructor tools/)
  t.notMatch(reading, 'on your behalf')
})

t.test('RFC 8252 §8.6: a program on this computer and an app are warned of', async (t) => {
  for (const host of ['localhost:3333', '127.0.0.1', '[::1]:1']) {
    t.match(
      render({ redirectUri: `http://${host}/cb` }),
      /role="alert">This is a program on your own computer/,
    )
  }
  t.match(
    render({ redirectUri: 'cursor://anysphere.cursor-mcp/oauth/callback' }),
    /role="alert">This opens an app/,
  )
  t.notMatch(render(), /role="alert"/)
})

t.test('one form, two answers, and neither is pressed by itself', async (t) => {
  const page = render()
  t.match(page, '<form method="post" action="https://door.example/authorize/process">')
  t.match(page, '<input type="hidden" name="request" value="sealed.request">')
  t.same(
    [...page.matchAll(/<button[^>]* type="submit" name="decision" value="(\w+)">/g)].map(
      ([, value]) => value,
    ),
    ['allow', 'cancel'],
  )
  t.notMatch(page, 'autofocus')
  t.match(page, '<a href="/account">', 'and the way to what is connected already')
})

t.test('in Korean', async (t) => {
  const page = render({ locale: 'ko', redirectUri: 'http://localhost:1/cb' })
  t.match(page, '“<bdi>Claude</bdi>”에 배틀 스쿨 데이터 사용을 허용하시겠습니까?')
  t.match(page, /role="alert">이 컴퓨터에서 실행 중인 프로그램입니다/)
})
