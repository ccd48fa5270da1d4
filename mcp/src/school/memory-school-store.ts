/** The school in memory: for the embedded default and for tests. Answers are copies, as they are from Redis. */
import { type Army, membersOf } from './army.ts'
import { MemoryBattles } from './memory-battles.ts'
import { MemoryMailbox } from './memory-mailbox.ts'
import { MemorySeals } from './memory-seals.ts'
import { nameKey } from './name.ts'
import type { Roster, SchoolStore, Scoreboard } from './school-store.ts'
import type { Student } from './student.ts'
import { withTally } from './tally.ts'

export class MemorySchoolStore implements SchoolStore {
  readonly battles = new MemoryBattles()
  readonly mailbox: MemoryMailbox
  readonly seals: MemorySeals
  readonly #students: ReadonlyMap<string, Student>
  readonly #armies: ReadonlyMap<string, Army>

  /** @param now ms since the epoch */
  constructor(roster: Roster, now: () => number = Date.now) {
    this.mailbox = new MemoryMailbox(now)
    this.seals = new MemorySeals(now)
    const { students, armies } = structuredClone(roster)
    this.#students = new Map(students.map((student) => [student.id, student]))
    this.#armies = new Map(armies.map((army) => [nameKey(army.name), army]))
  }

  async students(ids: readonly string[]): Promise<Student[]> {
    return ids.flatMap((id) => structuredClone(this.#students.get(id)) ?? [])
  }

  async studentNamed(name: string): Promise<Student | undefined> {
    const key = nameKey(name)
    const found = [...this.#students.values()].find((student) => nameKey(student.name) === key)
    return structuredClone(found)
  }

  async studentNames(): Promise<string[]> {
    return [...this.#students.values()].map((student) => student.name)
  }

  async studentIds(): Promise<string[]> {
    return [...this.#students.keys()]
  }

  async armyNamed(name: string): Promise<Army | undefined> {
    return this.#standing(this.#armies.get(nameKey(name)))
  }

  async armyOf(studentId: string): Promise<Army | undefined> {
    const found = [...this.#armies.values()].find((army) => membersOf(army).includes(studentId))
    return this.#standing(found)
  }

  async armyNames(): Promise<string[]> {
    return [...this.#armies.values()].map((army) => army.name)
  }

  async scoreboard(): Promise<Scoreboard> {
    const armies = [...this.#armies.values()].flatMap((army) => this.#standing(army) ?? [])
    return { armies, battles: this.battles.all() }
  }

  async ping(): Promise<void> {}

  #standing(army: Army | undefined): Army | undefined {
    return army && withTally(structuredClone(army), this.battles.tally(army.name))
  }
}
