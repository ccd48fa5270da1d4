/**
 * Every setting of the gateway, by subject in `settings/`: its name, its form, its default, and what it says in
 * docs/configuration.md, where they stand in this order.
 */
import { z } from 'zod'
import { clientSettings } from './settings/clients.ts'
import { doorSettings } from './settings/door.ts'
import { enrolmentSettings } from './settings/enrolment.ts'
import { loginProviderSettings } from './settings/login-provider.ts'
import { processSettings } from './settings/process.ts'
import { tokenSettings } from './settings/tokens.ts'

export const settings = z.object({
  ...processSettings,
  ...loginProviderSettings,
  ...enrolmentSettings,
  ...tokenSettings,
  ...clientSettings,
  ...doorSettings,
})

export type Settings = z.infer<typeof settings>
export type SomeSettings = { [K in keyof Settings]?: Settings[K] | undefined }

/** Secrets that may come from a file, as NAME_FILE. */
export const secretSettings = [
  'SECRET_KEY',
  'FORMER_SECRET_KEYS',
  'OIDC_CLIENT_SECRET',
  'OIDC_CLIENT_PRIVATE_KEY',
  'PROVIDERS',
  'REDIS_URL',
  'CLIENTS',
  'ENROLMENT_RULES',
  'METRICS_TOKEN',
] as const
