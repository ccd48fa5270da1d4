/** The battles of the school: two implementations (Redis, memory), each verb one atomic step for any number of replicas. */
import type { Battle, Report } from './battle.ts'

export type Scheduling =
  | { outcome: 'scheduled'; battle: Battle }
  /** The same two armies meet at the same time already: it is that battle. */
  | { outcome: 'known'; battle: Battle }
  /** One of the armies is in this other battle at that time. */
  | { outcome: 'busy'; battle: Battle }
  /** This army has as many battles before it as it may have. */
  | { outcome: 'full'; army: string }

export type Reporting =
  | { outcome: 'reported'; battle: Battle }
  /** Another report was first. */
  | { outcome: 'fought'; battle: Battle }
  | { outcome: 'unknown' }

/** Every verb may throw StoreUnavailableError. */
export interface Battles {
  /** @param battle between two different armies of the school, with a new id */
  schedule(battle: Battle): Promise<Scheduling>
  /** Fought battles are found until BATTLE_HISTORY later ones were fought. */
  battle(id: string): Promise<Battle | undefined>
  /** Of many reports one is taken: the battle is fought, and the victory and the defeat are counted with it. */
  report(id: string, report: Report): Promise<Reporting>
}
