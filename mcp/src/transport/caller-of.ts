/** Who passed the gate, with a note of outages of this one request. */
import type { FastifyRequest } from 'fastify'
import type { Caller } from '../authentication/person.ts'
import { Outage } from '../operations/outage.ts'

export function callerOf({ caller }: FastifyRequest): Caller {
  if (caller === undefined) throw new TypeError('the gate was not passed')
  return { ...caller, extra: { ...caller.extra, outage: new Outage() } as Caller['extra'] }
}
