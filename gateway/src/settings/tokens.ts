/**
 * How long logins, grants, tokens and what leads to them live, when the provider is asked again, and whose assertions give
 * a token in place of a login.
 */
import { z } from 'zod'
import { list, wholeNumber } from './forms.ts'

export const tokenSettings = {
  UPSTREAM_CHECK: z
    .string()
    .default('15')
    .transform((value, context) => {
      if (value === 'always') return 0
      if (value === 'never') return Number.POSITIVE_INFINITY
      const minutes = Number(value)
      if (/^\d+$/.test(value) && minutes >= 1 && minutes <= 10_080) return minutes
      context.addIssue({ code: 'custom', message: 'must be always, never, or 1 to 10080 minutes' })
      return z.NEVER
    })
    .describe(
      'When a client refreshes, the provider is asked whether the login still stands: `always`, at most every so many minutes, or `never`.',
    ),
  LOGIN_MAX_AGE: wholeNumber(300, 31_536_000)
    .default(2_592_000)
    .describe(
      'Seconds that a login counts which the provider cannot be asked about: it gave no refresh token, UPSTREAM_CHECK is never, or an identity assertion is silent on student and roles.',
    ),
  UPSTREAM_OUTAGE_GRACE: wholeNumber(0, 31_536_000)
    .default(86_400)
    .describe(
      'Seconds in which clients may refresh while the provider does not answer; afterwards they are told to come again.',
    ),
  ACCESS_TOKEN_TTL: wholeNumber(60, 86_400)
    .default(3600)
    .describe('Seconds an access token lives; clients refresh 5 minutes early.'),
  REFRESH_TOKEN_TTL: wholeNumber(300, 31_536_000)
    .default(2_592_000)
    .describe('Seconds a refresh token lives, counted anew at each use.'),
  REFRESH_GRACE: wholeNumber(0, 86_400)
    .default(600)
    .describe('Seconds in which a used refresh token gives the same successor again.'),
  REFRESH_REPLAY: z
    .enum(['revoke', 'refuse'])
    .default('revoke')
    .describe(
      'What a refresh token used after the grace window does: end the grant, or be refused (RFC 9700 §4.14.2).',
    ),
  ID_JAG_ISSUERS: list()
    .default([])
    .describe(
      'Issuers whose identity assertions are taken in place of a login, exactly as their `iss` (MCP extension Enterprise-Managed Authorization); comma-separated. Each has to be the company’s own: it can speak for everybody whom it knows. Empty: none.',
    ),
  ID_JAG_TOKEN_TTL: wholeNumber(30, 3600)
    .default(300)
    .describe('Seconds an access token lives that was given for an identity assertion.'),
  AUTHORIZATION_CODE_TTL: wholeNumber(10, 600)
    .default(60)
    .describe('Seconds an authorization code lives (RFC 6749 §4.1.2).'),
  LOGIN_TTL: wholeNumber(60, 3600)
    .default(900)
    .describe(
      'Seconds for each step from /authorize to /callback: the consent page, the login at the provider, the page that asks who one is.',
    ),
  ACCOUNT_SESSION_TTL: wholeNumber(60, 86_400)
    .default(1800)
    .describe('Seconds a person stays signed in to their own page, /account.'),
  GRANTS_PER_CLIENT: wholeNumber(1, 1000)
    .default(20)
    .describe(
      'Grants one person may hold for one client, and as many of identity assertions; the least recently used goes first.',
    ),
}
