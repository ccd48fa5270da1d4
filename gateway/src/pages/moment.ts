/** A moment on a page, in words and for machines. The server does not know the reader's time zone, so it says which one it means. */
import { type Html, html } from './html.ts'
import type { Locale } from './locale.ts'

/** @param at milliseconds since the epoch */
export function moment(locale: Locale, at: number): Html {
  const date = new Date(at)
  const words = new Intl.DateTimeFormat(locale, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'UTC',
    // Korean's short form would be an English “PM 2:10”.
    ...(locale === 'ko' ? { hourCycle: 'h23' } : {}),
  }).format(date)
  return html`<time datetime="${date.toISOString()}">${words} UTC</time>`
}
