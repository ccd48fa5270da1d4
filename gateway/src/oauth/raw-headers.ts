/**
 * The values of a header, from a request's raw headers (names and values in turn): of two, Node keeps the first or joins them
 * and says nothing, and a proxy before us may have read the other.
 * @param wanted in lower case
 */
export function headerValues(rawHeaders: readonly string[], wanted: string): string[] {
  const values: string[] = []
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]
    // The length first: this is asked of every call.
    if (name?.length === wanted.length && name.toLowerCase() === wanted) {
      values.push(rawHeaders[at + 1] ?? '')
    }
  }
  return values
}
