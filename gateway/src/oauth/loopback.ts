/** Loopback hosts as a URL spells them (RFC 8252 §7.3; `localhost` is what most MCP clients use). */
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

export function isLoopback(url: URL): boolean {
  return LOOPBACK.has(url.hostname)
}
