/** The battles in memory. Nothing waits between a check and its write, so each verb is one step. */
import {
  BATTLE_HISTORY,
  BATTLE_LENGTH,
  type Battle,
  fought,
  isSameBattle,
  MOST_OPEN_BATTLES,
  type Report,
  startOf,
} from './battle.ts'
import type { Battles, Reporting, Scheduling } from './battles.ts'
import { nameKey } from './name.ts'
import type { Tally } from './tally.ts'

export class MemoryBattles implements Battles {
  readonly #battles = new Map<string, Battle>()
  /** Ids in the order in which they were fought. */
  readonly #fought: string[] = []
  readonly #tallies = new Map<string, Tally>()

  async schedule(battle: Battle): Promise<Scheduling> {
    const taken = battle.armies
      .flatMap((army) => this.#openOf(army))
      .filter((open) => Math.abs(startOf(open) - startOf(battle)) < BATTLE_LENGTH)
    const same = taken.find((open) => isSameBattle(open, battle))
    if (same !== undefined) return { outcome: 'known', battle: structuredClone(same) }
    const [other] = taken
    if (other !== undefined) return { outcome: 'busy', battle: structuredClone(other) }
    const full = battle.armies.find((army) => this.#openOf(army).length >= MOST_OPEN_BATTLES)
    if (full !== undefined) return { outcome: 'full', army: full }
    this.#battles.set(battle.id, structuredClone(battle))
    return { outcome: 'scheduled', battle }
  }

  async battle(id: string): Promise<Battle | undefined> {
    return structuredClone(this.#battles.get(id))
  }

  async report(id: string, report: Report): Promise<Reporting> {
    const battle = this.#battles.get(id)
    if (battle === undefined) return { outcome: 'unknown' }
    if (battle.status === 'fought') return { outcome: 'fought', battle: structuredClone(battle) }
    const done = fought(battle, report)
    this.#battles.set(id, done)
    for (const army of done.armies) {
      const { wins, losses } = this.tally(army)
      const won = army === done.result?.winner
      const tally = won ? { wins: wins + 1, losses } : { wins, losses: losses + 1 }
      this.#tallies.set(nameKey(army), tally)
    }
    this.#remember(id)
    return { outcome: 'reported', battle: structuredClone(done) }
  }

  all(): Battle[] {
    return structuredClone([...this.#battles.values()])
  }

  tally(army: string): Tally {
    return this.#tallies.get(nameKey(army)) ?? { wins: 0, losses: 0 }
  }

  #openOf(army: string): Battle[] {
    const key = nameKey(army)
    return [...this.#battles.values()].filter(
      ({ status, armies }) =>
        status === 'scheduled' && armies.some((name) => nameKey(name) === key),
    )
  }

  #remember(id: string): void {
    this.#fought.push(id)
    while (this.#fought.length > BATTLE_HISTORY) this.#battles.delete(this.#fought.shift() ?? '')
  }
}
