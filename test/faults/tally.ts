/** Counts what comes, for whoever waits until so much of it has come. */
export class Tally {
  seen = 0
  readonly #waiting = new Set<() => void>()

  count(): void {
    this.seen++
    for (const look of [...this.#waiting]) look()
  }

  /** Resolves once it is that many, or more. */
  reaches(count: number): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (this.seen < count) return
        this.#waiting.delete(look)
        resolve()
      }
      this.#waiting.add(look)
      look()
    })
  }
}
