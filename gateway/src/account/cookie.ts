/** The cookies of this room: each is sent to this host alone, and no script reads it. */
import type { AccountRoom } from './room.ts'

/** __Host- demands Secure, which plain http on loopback cannot give (RFC 6265bis §4.1.3.2). */
export function cookieName({ urls }: AccountRoom, name: string): string {
  return urls.secure ? `__Host-bsg-${name}` : `bsg-${name}`
}

export function cookieAttributes({ urls }: AccountRoom) {
  return { path: '/', httpOnly: true, sameSite: 'lax', secure: urls.secure } as const
}
