/** What the files of this room need: no more than a login does. */
import type { LoginParts } from '../sessions/login-parts.ts'

export type AccountRoom = LoginParts
