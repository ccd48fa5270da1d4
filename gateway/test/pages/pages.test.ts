import { createHash } from 'node:crypto'
import t from 'tap'
import { consentPage } from '../../src/pages/consent-page.ts'
import { type ErrorPageCode, errorPage } from '../../src/pages/error-page.ts'
import { favicon } from '../../src/pages/favicon.ts'
import { html } from '../../src/pages/html.ts'
import { chooseLocale, messagesOf } from '../../src/pages/locale.ts'
import { en } from '../../src/pages/messages/en.ts'
import { ko } from '../../src/pages/messages/ko.ts'
import { notEnrolledPage } from '../../src/pages/not-enrolled-page.ts'
import { pageHeaders } from '../../src/pages/page-headers.ts'
import { personPage } from '../../src/pages/person-page.ts'

const HOSTILE = `"><script>alert(1)</script><img src=x onerror=alert(1)>'&\``

const consent = (more: Partial<Parameters<typeof consentPage>[0]> = {}) =>
  consentPage({
    locale: 'en',
    clientName: 'Claude',
    clientId: 'bsg_client_x',
    redirectUri: 'https://claude.ai/api/mcp/auth_callback',
    scopes: ['school:read', 'school:write'],
    sealed: 'sealed',
    action: 'https://door.example/authorize/process',
    ...more,
  })

const all = (locale: 'en' | 'ko', text: string): string[] => [
  consent({
    locale,
    clientName: text,
    clientId: `https://x/${text}`,
    sealed: text,
    scopes: [text],
  }),
  personPage({
    locale,
    personName: text,
    clientName: text,
    redirectUri: 'https://a/cb',
    sealed: text,
    action: text,
  }),
  notEnrolledPage({ locale, reason: 'no_role', contact: text, returnUrl: `https://a/cb?${text}` }),
  ...(Object.keys(en.error.titles) as ErrorPageCode[]).map((code) =>
    errorPage({ locale, code, requestId: text }),
  ),
]

t.test('markup in anything a stranger chose is text', async (t) => {
  for (const locale of ['en', 'ko'] as const) {
    for (const page of all(locale, HOSTILE)) {
      t.notMatch(page, /<script|<img|onerror=alert\(1\)>/)
      t.match(page, new RegExp(`^<!doctype html>\\s*<html lang="${locale}">`))
    }
  }
  t.equal(
    html`<a href="${'"&<>\'`'}">${undefined}${false}${[1, html`<b>`]}`.text,
    '<a href="&quot;&amp;&lt;&gt;&#39;&#96;">1<b>',
  )
})

t.test(
  'RFC 9700 §4.16: no script, no framing, no inline style but the one whose hash is allowed',
  async (t) => {
    const csp = pageHeaders['content-security-policy'] ?? ''
    for (const page of all('en', 'x')) {
      const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? ''
      t.match(csp, `'sha256-${createHash('sha256').update(style).digest('base64')}'`)
      t.notMatch(page, /style="|<script|javascript:/)
    }
    t.match(csp, /default-src 'none'.*frame-ancestors 'none'/)
    t.notMatch(csp, /form-action/, 'C38')
  },
)

t.test(
  'C32: the consent page shows the redirect host, the whole URI, the claimed name and the scopes',
  async (t) => {
    const page = consent({ clientId: 'https://vscode.dev/oauth/client-metadata.json' })
    t.match(page, /<p class="host"[^>]*>claude\.ai<\/p>/)
    t.match(page, 'https://claude.ai/api/mcp/auth_callback')
    t.match(page, /<strong>vscode\.dev<\/strong>/)
    t.match(page, en.consent.scopes['school:read'] ?? '')
    t.match(page, 'and instructor tools, if you are one')
    t.notMatch(page, /role="alert"/)
    t.match(page, /value="allow"[\s\S]*value="cancel"/)
  },
)

t.test('a warning for loopback and for an app’s own scheme', async (t) => {
  for (const redirectUri of [
    'http://localhost:3333/cb',
    'http://127.0.0.1/cb',
    'http://[::1]:1/cb',
  ]) {
    t.match(consent({ redirectUri }), /role="alert"><p>This is a program on your own computer/)
  }
  t.match(
    consent({ redirectUri: 'cursor://anysphere.cursor-mcp/oauth/callback' }),
    /role="alert"><p>This opens an app/,
  )
})

t.test(
  'a claimed name cannot hide what it is: no bidi override, no zero width, bounded',
  async (t) => {
    const page = consent({ clientName: `Cl\u202eaude\u200b\u0000${'x'.repeat(500)}` })
    t.notMatch(page, /[\u202e\u200b\u0000]/)
    t.match(page, /Claudex+…/)
    t.match(consent({ clientName: undefined }), /an app without a name/)
    t.match(consent({ clientName: ' \u200b ' }), /an app without a name/)
  },
)

t.test('C27: an unknown client is told how to clear its entry, for each client', async (t) => {
  const page = errorPage({ locale: 'en', code: 'unknown_client', requestId: 'req-1' })
  for (const client of ['Claude', 'Claude Code', 'ChatGPT', 'VS Code', 'Cursor', 'mcp-remote']) {
    t.match(page, client)
  }
  t.match(page, 'req-1')
})

t.test('both languages say everything', async (t) => {
  const leaves = (value: unknown, path = ''): string[] => {
    if (typeof value === 'function')
      return [`${path}:${String(value('A', 'B')) === '' ? 'empty' : 'text'}`]
    if (typeof value === 'string') return [`${path}:${value === '' ? 'empty' : 'text'}`]
    return Object.entries(value as object).flatMap(([key, child]) =>
      leaves(child, `${path}.${key}`),
    )
  }
  t.same(leaves(ko), leaves(en))
  t.notMatch(leaves(ko).join(), /empty/)
  t.match(messagesOf('ko').consent.allow, '허용')
})

t.test('the language: ui_locales, then Accept-Language by quality, then English', async (t) => {
  for (const [uiLocales, accept, locale] of [
    [undefined, undefined, 'en'],
    ['ko', 'en', 'ko'],
    ['fr ko-KR en', undefined, 'ko'],
    [undefined, 'ko-KR,ko;q=0.9,en;q=0.8', 'ko'],
    [undefined, 'en;q=0.5, ko;q=0.6', 'ko'],
    [undefined, 'ko;q=0, fr', 'en'],
    [undefined, 'de, fr;q=0.9', 'en'],
    ['', ';;;q=x,,', 'en'],
    ['kok', 'koala', 'en'],
  ] as const) {
    t.equal(chooseLocale(uiLocales, accept), locale, `${uiLocales} / ${accept}`)
  }
})

t.test('the favicon is an ICO', async (t) => {
  t.same([...favicon.subarray(0, 6)], [0, 0, 1, 0, 1, 0])
  t.equal(favicon.readUInt32LE(14), favicon.length - 22)
})
