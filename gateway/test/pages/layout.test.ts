// What every page keeps to, whatever a stranger put into it.
import { createHash } from 'node:crypto'
import t from 'tap'
import { consentPage } from '../../src/pages/consent-page.ts'
import { errorPage } from '../../src/pages/error-page.ts'
import type { Locale } from '../../src/pages/locale.ts'
import { notEnrolledPage } from '../../src/pages/not-enrolled-page.ts'
import { pageHeaders } from '../../src/pages/page-headers.ts'
import { personPage } from '../../src/pages/person-page.ts'

const HOSTILE = `</title></style></code><script>alert(1)</script>"><img src=x onerror=alert(1)>'\`&lt;`

/** Every page, with the same text in each of its inputs. */
function pages(locale: Locale, text: string): string[] {
  const names = { locale, clientName: text, sealed: text, action: text }
  return [
    consentPage({
      ...names,
      clientId: `https://door.example/${text}`,
      redirectUri: `https://door.example/${text}`,
      scopes: [text],
    }),
    consentPage({
      ...names,
      clientId: text,
      redirectUri: 'https://door.example/',
      scopes: [],
      choice: {
        options: [
          { id: text, name: text },
          { id: 'other', name: text },
        ],
        marked: text,
        byAddress: true,
        isOpen: true,
      },
    }),
    consentPage({ ...names, clientId: text, redirectUri: `cursor://app/${text}`, scopes: [] }),
    personPage({ ...names, personName: text, redirectUri: `https://door.example/${text}` }),
    notEnrolledPage({ locale, reason: 'no_role', contact: text, returnUrl: text, requestId: text }),
    errorPage({ locale, code: 'unknown_client', requestId: text }),
    errorPage({ locale, code: 'internal', requestId: text }),
  ]
}

/** The tags of a document with the names of their attributes, in order. */
const skeleton = (page: string): string[] =>
  [...page.matchAll(/<\/?[a-z][^\s>]*((?:"[^"]*"|[^">])*)>/g)].map(([tag]) =>
    tag.replace(/"[^"]*"/g, '""'),
  )

t.test('markup in any input is text: it adds no tag and no attribute', async (t) => {
  for (const locale of ['en', 'ko'] as const) {
    const plain = pages(locale, 'x').map(skeleton)
    t.same(pages(locale, HOSTILE).map(skeleton), plain)
  }
})

t.test('CSP Level 3 §2.3.1: the one stylesheet is the one whose hash is allowed', async (t) => {
  for (const page of [...pages('en', HOSTILE), ...pages('ko', 'x')]) {
    const styles = [...page.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(([, style]) => style ?? '')
    t.equal(styles.length, 1)
    const hash = createHash('sha256').update(styles.join()).digest('base64')
    t.match(pageHeaders['content-security-policy'], `style-src 'sha256-${hash}';`)
  }
})

t.test('no script, no inline style, nothing from elsewhere', async (t) => {
  for (const tags of pages('en', 'x').map((page) => skeleton(page).join('\n'))) {
    t.notMatch(tags, /<script|<iframe|<object|<base|\sstyle=|\son[a-z]+=/)
  }
  for (const page of pages('en', 'x')) {
    t.same(
      [...page.matchAll(/(?:src|<link[^>]* href)="([^"]*)"/g)].map(([, address]) => address),
      ['/favicon.ico', '/favicon.ico'],
    )
  }
})

t.test(
  'WCAG 2.2 §3.1.1, §2.4.2: the language, a title, one heading, one main, labels that exist',
  async (t) => {
    for (const locale of ['en', 'ko'] as const) {
      for (const page of pages(locale, 'x')) {
        t.match(page, new RegExp(`^<!doctype html>\\n<html lang="${locale}">`))
        t.match(page, /<title>[^<]+ · [^<]+<\/title>/)
        t.equal(page.match(/<h1>/g)?.length, 1)
        t.equal(page.match(/<main>/g)?.length, 1)
        for (const [, id] of page.matchAll(/aria-labelledby="(\w+)"/g)) {
          t.match(page, `id="${id}"`)
        }
      }
    }
  },
)
