/** What is counted, in the Prometheus text format. */
import { Counter, Registry } from 'prom-client'

export interface Metrics {
  registry: Registry
  /** Each audit event by its name: registrations, refusals, logins, tokens. */
  events: Counter<'event'>
}

export function createMetrics(): Metrics {
  const registry = new Registry()
  const events = new Counter({
    name: 'gateway_audit_events_total',
    help: 'Audit events by name, of this process.',
    labelNames: ['event'],
    registers: [registry],
  })
  return { registry, events }
}
