/** Cookies as Chromium keeps them (RFC 6265bis §5): by host, not by port. */

interface Cookie {
  name: string
  value: string
  host: string
  /** Sent to subdomains too. */
  wide: boolean
  path: string
  secure: boolean
  /** Milliseconds since the epoch. */
  expiresAt: number
}

export class CookieJar {
  readonly #cookies = new Map<string, Cookie>()

  /** @throws for a cookie that Chromium would drop without a word */
  take(url: URL, response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      const cookie = parse(line, url)
      const key = `${cookie.host}|${cookie.path}|${cookie.name}`
      if (cookie.expiresAt <= Date.now()) this.#cookies.delete(key)
      else this.#cookies.set(key, cookie)
    }
  }

  /** The Cookie header for a request, or nothing. */
  header(url: URL): string | undefined {
    const sent = [...this.#cookies.values()]
      .filter(
        ({ host, wide, path, secure, expiresAt }) =>
          (url.hostname === host || (wide && url.hostname.endsWith(`.${host}`))) &&
          isBelow(path, url.pathname) &&
          (!secure || isTrustworthy(url)) &&
          expiresAt > Date.now(),
      )
      .sort((a, b) => b.path.length - a.path.length)
    return sent.length === 0
      ? undefined
      : sent.map(({ name, value }) => `${name}=${value}`).join('; ')
  }

  names(): string[] {
    return [...this.#cookies.values()].map(({ name }) => name)
  }
}

function parse(line: string, url: URL): Cookie {
  const [pair = '', ...rest] = line.split(';').map((part) => part.trim())
  const attributes = new Map(
    rest.map((part) => {
      const [name = '', ...value] = part.split('=')
      return [name.toLowerCase(), value.join('=')] as const
    }),
  )
  const at = pair.indexOf('=')
  const name = pair.slice(0, at)
  const secure = attributes.has('secure')
  const domain = attributes.get('domain')?.replace(/^\./, '')
  const path = attributes.get('path')
  // RFC 6265bis §4.1.3: the prefixes promise a secure origin, and plain http on loopback is trusted but not secure.
  const prefixed = /^__(Host|Secure)-/i.test(name)
  const hostOnly = /^__Host-/i.test(name) ? path === '/' && domain === undefined : true
  if ((secure && !isTrustworthy(url)) || (prefixed && !(secure && url.protocol === 'https:'))) {
    throw new Error(`${url.origin} set ${name}, which a browser does not take there`)
  }
  if (!hostOnly || (domain && url.hostname !== domain && !url.hostname.endsWith(`.${domain}`))) {
    throw new Error(`${url.origin} set ${name} for another host or path than it may`)
  }
  const maxAge = attributes.get('max-age')
  const expires = attributes.get('expires')
  return {
    name,
    value: pair.slice(at + 1),
    host: domain ?? url.hostname,
    wide: domain !== undefined,
    path: path?.startsWith('/') ? path : url.pathname.replace(/\/[^/]*$/, '') || '/',
    secure,
    expiresAt:
      maxAge !== undefined
        ? Date.now() + Number(maxAge) * 1000
        : expires !== undefined
          ? Date.parse(expires)
          : Number.POSITIVE_INFINITY,
  }
}

// Chromium takes and sends Secure cookies on loopback http too.
function isTrustworthy(url: URL): boolean {
  return url.protocol === 'https:' || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)
}

function isBelow(path: string, pathname: string): boolean {
  return pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`)
}
