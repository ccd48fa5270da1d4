/** What oidc-provider keeps, for as long as the process lives; ended entries go as others are written. */
import type { Adapter, AdapterPayload } from 'oidc-provider'

const entries = new Map<string, { payload: AdapterPayload; endsAt: number }>()

export class MemoryAdapter implements Adapter {
  readonly #model: string

  constructor(model: string) {
    this.#model = model
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    const now = Date.now()
    for (const [key, { endsAt }] of entries) if (endsAt <= now) entries.delete(key)
    entries.set(this.#key(id), { payload, endsAt: now + (expiresIn || 86_400) * 1000 })
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const entry = entries.get(this.#key(id))
    return entry && entry.endsAt > Date.now() ? entry.payload : undefined
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#findBy('uid', uid)
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.#findBy('userCode', userCode)
  }

  async consume(id: string): Promise<void> {
    const payload = await this.find(id)
    if (payload) payload.consumed = Math.floor(Date.now() / 1000)
  }

  async destroy(id: string): Promise<void> {
    entries.delete(this.#key(id))
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const [key, { payload }] of entries) if (payload.grantId === grantId) entries.delete(key)
  }

  #key(id: string): string {
    return `${this.#model}:${id}`
  }

  #findBy(name: 'uid' | 'userCode', value: string): AdapterPayload | undefined {
    for (const [key, { payload, endsAt }] of entries) {
      const found = key.startsWith(`${this.#model}:`) && payload[name] === value
      if (found && endsAt > Date.now()) return payload
    }
    return undefined
  }
}
