/** Every mistake of a list that an operator wrote, each with the entry that it is in: they are told at once. */
export class ProblemsError extends Error {
  override readonly name = 'ProblemsError'
  readonly problems: readonly string[]
  constructor(problems: readonly string[], options?: ErrorOptions) {
    super(problems.join('; '), options)
    this.problems = problems
  }
}
