/** Which language this room speaks to a browser: `ui_locales` in the query, then what it accepts. */
import type { FastifyRequest } from 'fastify'
import { queryOf } from '../oauth/form.ts'
import { chooseLocale, type Locale } from '../pages/locale.ts'

export function localeOf(request: FastifyRequest): Locale {
  const asked = new URLSearchParams(queryOf(request.raw.url)).get('ui_locales') ?? undefined
  return chooseLocale(asked, request.headers['accept-language'])
}
