/**
 * What is known of the provider, and for how long.
 *
 * Discovery is lazy, made once for all who wait, retried with backoff and kept for an hour, so that the gateway boots and
 * serves with the provider down. A login that failed shortens what is kept: an endpoint may have moved.
 */
import type { FastifyBaseLogger } from 'fastify'
import type { ProviderMetadata } from './provider-metadata.ts'
import type { UpstreamError } from './upstream.ts'

/** Milliseconds. */
const LIFETIME = 3_600_000
const LIFETIME_IN_DOUBT = 60_000
const FIRST_BACKOFF = 250
const LAST_BACKOFF = 5_000

export interface KnownProvider {
  /** @throws UpstreamError of the last attempt while the backoff lasts */
  metadata(): Promise<ProviderMetadata>
  /** A login failed: what is known may be old. */
  doubt(): void
}

export function createKnownProvider(parts: {
  discover: () => Promise<ProviderMetadata>
  now: () => number
  log: FastifyBaseLogger
}): KnownProvider {
  const { discover, now, log } = parts
  let known: { metadata: ProviderMetadata; since: number; until: number } | undefined
  let failure: { error: UpstreamError; until: number; backoff: number } | undefined
  let pending: Promise<ProviderMetadata> | undefined

  async function ask(): Promise<ProviderMetadata> {
    try {
      const metadata = await discover()
      known = { metadata, since: now(), until: now() + LIFETIME }
      failure = undefined
      return metadata
    } catch (cause) {
      const error = cause as UpstreamError
      const backoff = Math.min((failure?.backoff ?? FIRST_BACKOFF / 2) * 2, LAST_BACKOFF)
      failure = { error, until: now() + backoff, backoff }
      // An outage ends by itself; a misconfiguration, or a document that names another issuer, needs somebody.
      const level = error.kind === 'misconfigured' ? 'error' : 'warn'
      log[level]({ err: error, kind: error.kind }, 'discovery at the provider failed')
      return lastWord(error)
    }
  }

  // What was proven an hour ago is better than no login at all: each ID token is checked against it.
  function lastWord(error: UpstreamError): ProviderMetadata {
    if (known) return known.metadata
    throw error
  }

  return {
    async metadata() {
      if (known && known.until > now()) return known.metadata
      // A provider that is down is not asked by every login.
      if (failure && failure.until > now()) return lastWord(failure.error)
      pending ??= ask().finally(() => {
        pending = undefined
      })
      return pending
    },
    doubt() {
      if (known) known.until = Math.min(known.until, known.since + LIFETIME_IN_DOUBT)
    },
  }
}
