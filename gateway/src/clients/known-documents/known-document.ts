/** A copy of a well-known client's document, as it was read in a public source. */
export interface KnownDocument {
  /** Where its text was read: a repository and commit, or an issue. */
  source: string
  /** When it was read, and when its source was published, where that says so: YYYY-MM-DD. */
  read: string
  published?: string
  document: Record<string, unknown> & { client_id: string }
}
