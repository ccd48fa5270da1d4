/** The rule of docs/adr/0008 as a model: one line of refresh tokens, each the successor of the one before it. */

export interface RefreshRule {
  /** Milliseconds. */
  grace: number
  /** Milliseconds that an unused refresh token lives. */
  life: number
  replay: 'revoke' | 'refuse'
}

export type Judgement = 'rotated' | 'again' | 'refused' | 'replay' | 'unknown'

interface ModelledToken {
  expiresAt: number
  rotatedAt?: number
}

export class RefreshModel {
  readonly rule: RefreshRule
  readonly #tokens: ModelledToken[]
  #revoked = false

  constructor(rule: RefreshRule, tokens: ModelledToken[]) {
    this.rule = rule
    this.#tokens = tokens
  }

  copy(): RefreshModel {
    const copy = new RefreshModel(
      this.rule,
      this.#tokens.map((token) => ({ ...token })),
    )
    copy.#revoked = this.#revoked
    return copy
  }

  /** A grant lives while one of its tokens does; access tokens are the shorter-lived ones here. */
  alive(now: number): boolean {
    return !this.#revoked && this.#tokens.some(({ expiresAt }) => expiresAt > now)
  }

  known(place: number, now: number): boolean {
    const token = this.#tokens[place]
    return !this.#revoked && token !== undefined && token.expiresAt > now
  }

  /** Presents the token at this place of the line. On `rotated` and `again` the answer is the one after it. */
  present(place: number, now: number): Judgement {
    const token = this.#tokens[place]
    if (token === undefined || !this.known(place, now)) return 'unknown'
    if (token.rotatedAt === undefined) {
      token.rotatedAt = now
      this.#tokens.push({ expiresAt: now + this.rule.life })
      return 'rotated'
    }
    if (now - token.rotatedAt > this.rule.grace) {
      if (this.rule.replay === 'revoke') this.#revoked = true
      return 'replay'
    }
    return this.#tokens[place + 1]?.rotatedAt === undefined ? 'again' : 'refused'
  }

  revoke(place: number, now: number): void {
    if (this.known(place, now)) this.#revoked = true
  }
}
