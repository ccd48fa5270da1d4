/** What a sealed message needs of a store: one key for all replicas, and a memory of what was used once. */

/** Every verb may throw StoreUnavailableError. */
export interface Seals {
  /** 32 random bytes, made once. */
  key(): Promise<Uint8Array>
  /**
   * True exactly once for an id, at whichever replica.
   * @param lifetime ms for which it is remembered: no shorter than what carries the id is valid
   */
  consume(id: string, lifetime: number): Promise<boolean>
}
