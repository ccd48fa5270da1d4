/** A template of the school's URIs (RFC 6570), which matches what targetOf reads: one reading of a URI, and its length first. */
import { UriTemplate, type Variables } from '@modelcontextprotocol/server'
import { targetOf } from './school-uri.ts'

export class SchoolTemplate extends UriTemplate {
  readonly #kind: 'student' | 'army'

  constructor(template: string, kind: 'student' | 'army') {
    super(template)
    this.#kind = kind
  }

  /** The SDK's own makes a regular expression of any length of URI, and throws where that is too long. */
  override match(uri: string): Variables | null {
    const target = targetOf(uri)
    if (target === undefined || 'standings' in target) return null
    return this.#kind in target ? { ...target } : null
  }
}
