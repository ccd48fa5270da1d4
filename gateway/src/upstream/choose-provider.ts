/** Which of several providers a person means: the one that they marked, or the one whose e-mail domain is theirs. */
import { emailDomain } from './email-domain.ts'
import type { Providers } from './providers.ts'
import type { Upstream } from './upstream.ts'

/** RFC 5321 §4.5.3.1.3: a path has 256 octets, its angle brackets included. */
const MAX_ADDRESS = 254

/** The provider to which that whole domain belongs; a domain below it is another one. */
export function providerOfAddress(
  providers: Providers,
  address: string | undefined,
): Upstream | undefined {
  const at = address?.lastIndexOf('@') ?? -1
  if (address === undefined || at < 1 || address.length > MAX_ADDRESS) return undefined
  const domain = emailDomain(address.slice(at + 1))
  return providers.all.find(({ emailDomains }) => emailDomains.some((known) => known === domain))
}

/**
 * `open`: nobody said. `unknown`: an id that no page of ours offers. An address decides over the mark, since whoever writes one
 * may not know the mark that the client's `login_hint` set.
 */
export function chooseProvider(
  providers: Providers,
  answer: { provider: string | undefined; email: string | undefined },
): Upstream | 'open' | 'unknown' {
  const marked = answer.provider === undefined ? undefined : providers.find(answer.provider)
  if (answer.provider !== undefined && !marked) return 'unknown'
  const [only, ...more] = providers.all
  if (only && more.length === 0) return only
  return providerOfAddress(providers, answer.email) ?? marked ?? 'open'
}
