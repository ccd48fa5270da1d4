/**
 * The values of a request's Authorization headers, from its raw headers (names and values in turn): of two, Node keeps the
 * first and says nothing, and a proxy before us may have read the other.
 */
export function authorizationsOf(rawHeaders: readonly string[]): string[] {
  const values: string[] = []
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]
    // The length first: this is asked of every call.
    if (name?.length === 13 && name.toLowerCase() === 'authorization') {
      values.push(rawHeaders[at + 1] ?? '')
    }
  }
  return values
}
