/** A student of the school. */
import { z } from 'zod'

export const studentRecord = z.object({
  /** As the login's claim names it, e.g. BS-2401. */
  id: z.string(),
  name: z.string(),
  age: z.int(),
  aptitudeScore: z.int(),
  battleExperience: z.string(),
  specialization: z.string(),
})

export type Student = z.infer<typeof studentRecord>
