/** Which language a page speaks: `ui_locales` (OpenID Connect Core §3.1.2.1), then Accept-Language (RFC 9110 §12.5.4). */
import { en, type Messages } from './messages/en.ts'
import { ko } from './messages/ko.ts'

export type Locale = 'en' | 'ko'

const messages: Record<Locale, Messages> = { en, ko }

export function messagesOf(locale: Locale): Messages {
  return messages[locale]
}

export function chooseLocale(
  uiLocales: string | undefined,
  acceptLanguage: string | undefined,
): Locale {
  const wanted = (uiLocales ?? '').slice(0, 200).split(/\s+/)
  const accepted = (acceptLanguage ?? '')
    .slice(0, 400)
    .split(',')
    .map((range) => {
      const [tag = '', ...parameters] = range.split(';').map((part) => part.trim())
      const quality = parameters.find((parameter) => parameter.startsWith('q='))
      return { tag, quality: quality === undefined ? 1 : Number(quality.slice(2)) || 0 }
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality)
    .map(({ tag }) => tag)
  for (const tag of [...wanted, ...accepted]) {
    const language = tag.toLowerCase().split('-')[0]
    if (language === 'en' || language === 'ko') return language
  }
  return 'en'
}
