/** One grant as its client and the store see it, over two replicas: what was handed out, and what must always hold. */
import assert from 'node:assert/strict'
import { parseToken } from '../../src/oauth/token-value.ts'
import { type Door, type RegisteredClient, refreshment, type Tokens } from '../support/door.ts'
import type { RefreshRule } from './refresh-model.ts'

/** What a client was answered: the place of its refresh token in the line, or undefined for invalid_grant. */
export type Answer = number | undefined

export class RefreshFamily {
  readonly doors: readonly [Door, Door]
  readonly #client: RegisteredClient
  readonly #rule: RefreshRule
  readonly #grantId: string
  /** Every refresh token that was ever handed out, whether its answer arrived or not. */
  readonly #refresh: string[]
  readonly #access: string[]
  /** When each place was first accepted. */
  readonly #usedAt = new Map<number, number>()
  #newestAt: number
  #mayBeOver = false

  constructor(
    doors: readonly [Door, Door],
    client: RegisteredClient,
    rule: RefreshRule,
    tokens: Tokens,
  ) {
    this.doors = doors
    this.#client = client
    this.#rule = rule
    this.#refresh = [tokens.refresh_token]
    this.#access = [tokens.access_token]
    this.#grantId = parseToken('access', tokens.access_token)?.grantId ?? ''
    this.#newestAt = this.now
  }

  get now(): number {
    return this.doors[0].clock.now
  }

  get size(): number {
    return this.#refresh.length
  }

  pass(time: number): void {
    this.doors[0].clock.now += time
  }

  /** All at once, on the replicas in turn. */
  async refresh(places: readonly number[], first: number): Promise<Answer[]> {
    const late = places.some((place) => {
      const usedAt = this.#usedAt.get(place)
      return usedAt !== undefined && this.now - usedAt > this.#rule.grace
    })
    this.#mayBeOver ||= late && this.#rule.replay === 'revoke'
    const responses = await Promise.all(
      places.map((place, index) => {
        const door = this.doors[(first + index) % 2 === 0 ? 0 : 1]
        return door.post('/token', refreshment(this.#client, this.#refresh[place] ?? ''))
      }),
    )
    return responses.map((response, index) => {
      if (response.statusCode !== 200) {
        assert.deepEqual([response.statusCode, response.json().error], [400, 'invalid_grant'])
        return undefined
      }
      const place = places[index] ?? -1
      if (!this.#usedAt.has(place)) this.#usedAt.set(place, this.now)
      const { refresh_token, access_token } = response.json<Tokens>()
      assert.ok(!this.#access.includes(access_token), 'an access token was given twice')
      this.#access.push(access_token)
      if (!this.#refresh.includes(refresh_token)) {
        this.#refresh.push(refresh_token)
        this.#newestAt = this.now
      }
      return this.#refresh.indexOf(refresh_token)
    })
  }

  /** RFC 7009, by the refresh token at this place. */
  async revoke(place: number, replica: 0 | 1): Promise<void> {
    this.#mayBeOver = true
    const token = this.#refresh[place] ?? ''
    const { client_id } = this.#client
    const response = await this.doors[replica].post('/revoke', { token, client_id })
    assert.equal(response.statusCode, 200)
  }

  /** What must hold after every step, on both replicas, whatever the model says. */
  async check(): Promise<void> {
    for (const { store } of this.doors) {
      const found = async (kind: 'access' | 'refresh', value: string) => {
        const token = parseToken(kind, value)
        return token !== undefined && (await store.find(token)) !== undefined
      }
      const living = await Promise.all(this.#refresh.map((value) => found('refresh', value)))
      const unused = living.filter((yes, place) => yes && !this.#usedAt.has(place))
      assert.ok(unused.length <= 1, `${unused.length} unused refresh tokens live: two families`)
      const alive = await store.isAlive(this.#grantId)
      if (!this.#mayBeOver && this.now < this.#newestAt + this.#rule.life) {
        assert.ok(alive && unused.length === 1, 'logged out, though nothing was late or revoked')
      }
      if (alive) continue
      assert.deepEqual(living.filter(Boolean), [], 'a refresh token outlived its grant')
      for (const value of this.#access) {
        assert.equal(await found('access', value), false, 'an access token outlived its grant')
      }
    }
  }

  async alive(): Promise<boolean> {
    const [here, there] = this.doors
    const alive = await here.store.isAlive(this.#grantId)
    assert.equal(await there.store.isAlive(this.#grantId), alive, 'the replicas agree')
    return alive
  }
}
