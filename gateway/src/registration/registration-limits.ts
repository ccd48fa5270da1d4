/**
 * How many new registrations there may be (C23, C24): by address, and in all. Networks behind which many people share few
 * addresses, as hosted Claude's, are counted apart: no flood from elsewhere locks them out, nor one of theirs the others.
 */
import type { Config } from '../config.ts'
import { createNetworkOf, ownerOf } from '../http/client-network.ts'
import type { RateLimit } from '../http/rate-limit.ts'

export interface RegistrationLimits {
  /** Counts one. @throws OAuthError 429 where it is one too many */
  spend(address: string): Promise<void>
}

/** Milliseconds. */
const HOUR = 3_600_000

export function createRegistrationLimits(parts: {
  config: Pick<Config, 'DCR_PER_ADDRESS' | 'DCR_PER_HOUR' | 'DCR_SHARED_NETWORKS'>
  rateLimit: RateLimit
}): RegistrationLimits {
  const { config, rateLimit } = parts
  const networkOf = createNetworkOf(config.DCR_SHARED_NETWORKS)
  return {
    async spend(address) {
      const network = networkOf(address)
      if (network !== undefined) {
        return rateLimit.spend(`registrations ${network}`, config.DCR_PER_HOUR, HOUR)
      }
      const most = { ofOne: config.DCR_PER_ADDRESS, ofAll: config.DCR_PER_HOUR }
      await rateLimit.spendOf('registrations', ownerOf(address), most, HOUR)
    },
  }
}
