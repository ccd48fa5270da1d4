/** Admission as it is where the operator has set nothing. */
import type { AdmissionSettings } from '../../src/clients/admission.ts'

export const OPEN: AdmissionSettings = {
  CUSTOM_REDIRECT_URIS: [],
  ALLOWED_REDIRECT_HOSTS: [],
  CIMD: true,
  CIMD_ALLOWED_HOSTS: [],
  CIMD_DEVELOPMENT_ORIGINS: [],
  ID_JAG_ISSUERS: [],
}
