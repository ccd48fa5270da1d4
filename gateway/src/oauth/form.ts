/**
 * Parameters of an OAuth request, from a query or a form body, each a single string.
 *
 * RFC 6749 §3.1, §3.2: a parameter must not be repeated, and one without a value counts as omitted.
 * RFC 8707 §2 lets `resource` repeat; identical repeats are one (Codex sends it twice), others are kept to be refused.
 */
import { OAuthError } from './error.ts'

export interface Form {
  /** The value, or undefined where the parameter is absent or empty. */
  get(name: string): string | undefined
  /** The value, or `invalid_request` that names the parameter. */
  require(name: string): string
  has(name: string): boolean
}

/** @throws OAuthError `invalid_request` for a repeated parameter, `invalid_target` for two resources. */
export function readForm(parameters: URLSearchParams): Form {
  const values = new Map<string, string>()
  for (const [name, value] of parameters) {
    const known = values.get(name)
    if (known === undefined) {
      values.set(name, value)
    } else if (name !== 'resource') {
      throw new OAuthError('invalid_request', `parameter ${printable(name)} is repeated`)
    } else if (known !== value) {
      throw new OAuthError('invalid_target', 'only one resource can be asked for')
    }
  }
  const get = (name: string) => values.get(name) || undefined
  return {
    get,
    has: (name) => get(name) !== undefined,
    require(name) {
      const value = get(name)
      if (value === undefined) throw new OAuthError('invalid_request', `${name} is missing`)
      return value
    },
  }
}

/** The query of a request target as it came, without its mark: a `?` is allowed in it (RFC 3986 §3.4). */
export function queryOf(target: string | undefined): string {
  const mark = target?.indexOf('?') ?? -1
  return mark < 0 ? '' : (target ?? '').slice(mark + 1)
}

// RFC 6749 §5.2 limits error_description to printable ASCII without quote and backslash.
function printable(name: string): string {
  return name.replace(/[^\w.-]/g, '?').slice(0, 40)
}
