/**
 * Which pages may call /mcp (MCP Streamable HTTP, "Security Warning": a server must validate Origin against DNS rebinding).
 */

import type { PublicUrls } from '../oauth/issuer.ts'
import { isLoopback } from '../oauth/loopback.ts'

/** Our own origin, those of the setting, and loopback pages (MCP Inspector) where we are on loopback ourselves. */
export function createAdmits(
  urls: PublicUrls,
  allowed: readonly string[],
): (origin: string) => boolean {
  const admitted = new Set([urls.origin, ...allowed])
  const onLoopback = isLoopback(new URL(urls.origin))
  return (origin) => {
    if (admitted.has(origin)) return true
    if (!onLoopback || !URL.canParse(origin)) return false
    const url = new URL(origin)
    return url.origin === origin && isLoopback(url)
  }
}
