/** Marks: that something was done, or is being done. */
import { z } from 'zod'
import { version } from './version.ts'

/**
 * That something was done, by its id: a consent form was answered, a client assertion or a DPoP proof was used; a document is
 * being fetched, or was withdrawn by its owner.
 */
export const spentRecord = z.looseObject({ version })

/** That one replica has something in hand which two must not do at once. */
export const lockRecord = z.looseObject({ version })
