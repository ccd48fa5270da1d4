/** What the last contact with each OpenID provider showed, for the metrics. */
import { Gauge } from 'prom-client'
import type { Providers } from '../upstream/providers.ts'
import { PROVIDER_STATES } from '../upstream/upstream.ts'
import type { Metrics } from './metrics.ts'

export function countProviders({ registry }: Metrics, { all }: Providers): void {
  new Gauge({
    name: 'gateway_provider_state',
    help: '1 for what the last contact with each OpenID provider showed, 0 for the other states.',
    labelNames: ['provider', 'state'],
    registers: [registry],
    collect() {
      for (const { id, state } of all) {
        for (const each of PROVIDER_STATES) {
          this.set({ provider: id, state: each }, each === state ? 1 : 0)
        }
      }
    },
  })
}
