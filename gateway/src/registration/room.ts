/** What the files of this room need, made once in its index. */
import type { Admission } from '../clients/admission.ts'
import type { Config } from '../config.ts'
import type { PublicUrls } from '../oauth/issuer.ts'
import type { Audit } from '../operations/audit.ts'
import type { Store } from '../store/store.ts'
import type { RegistrationLimits } from './registration-limits.ts'

export interface RegistrationRoom {
  config: Config
  urls: PublicUrls
  store: Store
  admission: Admission
  limits: RegistrationLimits
  audit: Audit
  now: () => number
}
