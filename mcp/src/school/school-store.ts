/** Where the school's records are: two implementations (Redis, memory) that keep one suite of promises. */
import type { Army } from './army.ts'
import type { Battle } from './battle.ts'
import type { Battles } from './battles.ts'
import type { Mailbox } from './mailbox.ts'
import type { Seals } from './seals.ts'
import type { Student } from './student.ts'

/** All that a school is seeded with. */
export interface Roster {
  readonly students: readonly Student[]
  readonly armies: readonly Army[]
}

/** All armies and all battles that are known, as they were at one moment. */
export interface Scoreboard {
  armies: Army[]
  battles: Battle[]
}

/** Every verb may throw StoreUnavailableError. Names are compared by `nameKey`. */
export interface SchoolStore {
  readonly battles: Battles
  readonly mailbox: Mailbox
  readonly seals: Seals
  /** In the order asked; ids that are unknown are left out. */
  students(ids: readonly string[]): Promise<Student[]>
  studentNamed(name: string): Promise<Student | undefined>
  studentNames(): Promise<string[]>
  studentIds(): Promise<string[]>
  armyNamed(name: string): Promise<Army | undefined>
  /** The army that the student commands or serves in. */
  armyOf(studentId: string): Promise<Army | undefined>
  armyNames(): Promise<string[]>
  /** An army's wins and losses count its battles, here and wherever else an army is answered. */
  scoreboard(): Promise<Scoreboard>
  /** Resolves when the store answers and holds its records. */
  ping(): Promise<void>
}
