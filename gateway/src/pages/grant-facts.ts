/** What a person is told of one grant: which client, what it may do, since when. What a client says of itself is a claim. */
import type { GrantRecord } from '../store/records/grant.ts'
import { claimedName, destinationOf } from './claimed-text.ts'
import type { Html } from './html.ts'
import { type Locale, messagesOf } from './locale.ts'

/** The client's name in quotation marks, or that it has none. */
export function clientOf(locale: Locale, { client_name }: GrantRecord): Html {
  return messagesOf(locale).client(claimedName(client_name))
}

/** The host to which its codes went; a grant without a redirect URI has none (client credentials, an assertion). */
export function hostOf({ redirect_uri }: GrantRecord): string | undefined {
  return redirect_uri === undefined ? undefined : destinationOf(redirect_uri).host
}

/** The host of a client id that is a URL. */
export function documentHostOf({ client_id }: GrantRecord): string | undefined {
  return /^https?:\/\//.test(client_id) && URL.canParse(client_id)
    ? new URL(client_id).host
    : undefined
}

/** In plain words; a scope that we have no words for as it is. */
export function abilitiesOf(locale: Locale, { scopeGranted }: GrantRecord): string[] {
  const { consent, account } = messagesOf(locale)
  return scopeGranted.map((scope) =>
    scope === 'school:instruct' ? account.apps.instruct : (consent.scopes.get(scope) ?? scope),
  )
}
