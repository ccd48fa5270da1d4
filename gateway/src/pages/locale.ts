/** Which language a page speaks: `ui_locales` (OpenID Connect Core §3.1.2.1), then Accept-Language (RFC 9110 §12.5.4). */
import { en, type Messages } from './messages/en.ts'
import { ko } from './messages/ko.ts'

export type Locale = 'en' | 'ko'

const MAX_LENGTH = 400
const messages: Record<Locale, Messages> = { en, ko }

export function messagesOf(locale: Locale): Messages {
  return messages[locale]
}

export function chooseLocale(
  uiLocales: string | undefined,
  acceptLanguage: string | undefined,
): Locale {
  const wanted = (uiLocales ?? '').slice(0, MAX_LENGTH).split(/\s+/)
  const locale = [...wanted, ...accepted(acceptLanguage ?? '')].map(localeOf).find(Boolean)
  return locale ?? 'en'
}

/** The tags of an Accept-Language header, the most wanted first. */
function accepted(header: string): string[] {
  return header
    .slice(0, MAX_LENGTH)
    .split(',')
    .map((range) => {
      const [tag = '', weight] = range.split(';').map((part) => part.trim())
      return { tag, quality: weight === undefined ? 1 : Number(weight.replace(/^q=/i, '')) }
    })
    .filter(({ quality }) => quality > 0 && quality <= 1)
    .sort((a, b) => b.quality - a.quality)
    .map(({ tag }) => tag)
}

function localeOf(tag: string): Locale | undefined {
  const language = tag.toLowerCase().split('-')[0]
  return language === 'en' || language === 'ko' ? language : undefined
}
