/**
 * The forms that a person posts to /authorize/process: what they carry is sealed, so that GET /authorize writes nothing,
 * and bound to a cookie of the browser that was shown the form.
 */
import { z } from 'zod'
import type { Keys } from '../keys/keys.ts'
import { PageError } from '../pages/page-error.ts'
import { authorizationRequest } from '../store/records/login.ts'

const consentForm = z.object({
  step: z.literal('consent'),
  id: z.string(),
  browser: z.string(),
  request: authorizationRequest,
})
const personForm = z.object({ step: z.literal('person'), id: z.string(), browser: z.string() })
const interactionForm = z.discriminatedUnion('step', [consentForm, personForm])

export type InteractionForm = z.infer<typeof interactionForm>

const PURPOSE = 'interaction'

/** @param expiresAt milliseconds since the epoch */
export function sealForm(keys: Keys, form: InteractionForm, expiresAt: number): Promise<string> {
  return keys.seal(PURPOSE, form, expiresAt)
}

/** @throws PageError for a form that is not ours or is too old */
export async function unsealForm(keys: Keys, sealed: string | undefined): Promise<InteractionForm> {
  const payload = sealed === undefined ? undefined : await keys.unseal(PURPOSE, sealed)
  const form = interactionForm.safeParse(payload)
  if (!form.success) throw new PageError('expired', 400, 'the sealed form does not open')
  return form.data
}
