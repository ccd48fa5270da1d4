import { z } from 'zod'

/** Of every record. */
export const version = z.literal(1)
