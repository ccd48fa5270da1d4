/** What keycloak/sso/*.env leaves open, `<client id>` or `<tenant id>`, and somebody who copied it did not fill in. */

/** Those words alone: rules, addresses and markup may have angle brackets of their own. */
const PLACEHOLDER = /<(?:[a-z]+ )+(?:id|secret|value)>/

/** @returns the first of a setting's text, with its brackets */
export function placeholderIn(text: string): string | undefined {
  return PLACEHOLDER.exec(text)?.[0]
}
