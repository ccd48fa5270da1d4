/** A request of /token whose client has proven itself: all that a grant is asked with. */
import type { FastifyRequest } from 'fastify'
import type { Client } from '../clients/client.ts'
import type { DpopProof } from '../oauth/dpop-proof.ts'
import type { Form } from '../oauth/form.ts'

export interface TokenRequest {
  request: FastifyRequest
  form: Form
  client: Client
  /** Checked, and not taken yet (RFC 9449 §4.3). */
  proof: DpopProof | undefined
}
