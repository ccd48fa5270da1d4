/** One defence taken out, and the test that has to notice. */
export interface Mutation {
  /** The row of docs/threats.md that it proves. */
  threat: string
  /** From the repository's root. */
  file: string
  /** The defence, as it stands in the file: exactly once. */
  from: string
  to: string
  test: string
  /** The distinctive beginning of the title of a test that fails then. */
  title: string
}
