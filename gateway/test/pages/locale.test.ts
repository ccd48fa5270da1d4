import t from 'tap'
import { chooseLocale } from '../../src/pages/locale.ts'

t.test('OpenID Connect Core §3.1.2.1: ui_locales first, in its own order', async (t) => {
  for (const [uiLocales, acceptLanguage, locale] of [
    ['ko', 'en', 'ko'],
    ['en', 'ko', 'en'],
    ['fr-CA ko-KR en', undefined, 'ko'],
    ['KO', undefined, 'ko'],
    ['  en  ko ', undefined, 'en'],
    ['fr', 'ko', 'ko'],
    ['', 'ko', 'ko'],
  ] as const) {
    t.equal(chooseLocale(uiLocales, acceptLanguage), locale, `${uiLocales} / ${acceptLanguage}`)
  }
})

t.test('RFC 9110 §12.5.4: Accept-Language by weight, then by order', async (t) => {
  for (const [acceptLanguage, locale] of [
    ['ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7', 'ko'],
    ['en;q=0.5, ko;q=0.6', 'ko'],
    ['en ; Q=0.1 , ko ; q=0.2', 'ko'],
    ['en, ko', 'en'],
    ['ko;q=0, *', 'en'],
    ['de, fr;q=0.9, ko;q=0.001', 'ko'],
  ] as const) {
    t.equal(chooseLocale(undefined, acceptLanguage), locale, acceptLanguage)
  }
})

t.test('English when nothing fits or nothing can be understood', async (t) => {
  for (const acceptLanguage of [
    undefined,
    '',
    'de',
    'kok, koala',
    ';;;q=x,,',
    'ko;q=2',
    'ko;q=x',
  ]) {
    t.equal(chooseLocale(undefined, acceptLanguage), 'en', acceptLanguage ?? 'absent')
  }
  t.equal(chooseLocale('\u0000'.repeat(100_000), 'x,'.repeat(100_000)), 'en')
})
