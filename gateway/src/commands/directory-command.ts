/** `npm run directory`: the directory of students for operators. Every change is in its history, with who made it. */
import { readFileSync } from 'node:fs'
import type { HistoryRecord } from '../store/records/directory.ts'
import { notOurs } from '../students/policy.ts'
import type { Done } from '../students/registrar.ts'
import { exportRoster, type House, importRoster, rosterProblems } from '../students/roster.ts'
import { type RosterFormat, readRoster, writeRoster } from '../students/roster-file.ts'
import { type ExitCode, readArguments, shown, type Terminal, unanswered } from './usage.ts'

export const DIRECTORY_USAGE = `Usage: npm run directory -- COMMAND

  export [--format csv|json]         students and links, to standard output
  import FILE [--format csv|json] [--dry-run]
                                     nothing is written unless all of the file is well
  link STUDENT ISSUER SUB            that login is that student
  unlink ISSUER SUB                  that login is nobody any more; its grants end
  merge FROM INTO                    two students become one; the grants of FROM end
  remove STUDENT                     no login is that student any more; their grants end
  waiting                            who waits for an instructor
  approve PERSON [STUDENT]           as that student, or as a new cadet
  refuse PERSON
  history [STUDENT | PERSON]         who linked whom, when, by which rule or command; the newest first

  --by NAME                          who does this, for the history; by default the user of this shell

Ends with 0: done, 1: refused or mistakes found, 2: not understood, 3: the store does not answer.
`

const OPTIONS = { '--format': 'value', '--by': 'value', '--dry-run': 'flag' } as const
const MAX_BY = 100
/** Commands that write nothing. */
const READING: readonly string[] = ['export', 'waiting', 'history']

export async function directoryCommand(
  house: House,
  given: readonly string[],
  user: string,
  terminal: Terminal,
): Promise<ExitCode> {
  const read = readArguments(given, OPTIONS)
  const [command = '', ...words] = read?.words ?? []
  const options = read?.options ?? new Map<string, string>()
  const by = `command: ${shown(options.get('--by') ?? user).slice(0, MAX_BY)}`
  const format = options.get('--format')
  const run = Object.hasOwn(commands, command)
    ? commands[command as keyof typeof commands]
    : undefined
  const isFormat = format === undefined || format === 'csv' || format === 'json'
  if (!read || !run || !isFormat || words.length < run.least || words.length > run.most) {
    terminal.err(DIRECTORY_USAGE)
    return 2
  }
  const dryRun = options.has('--dry-run')
  try {
    return await run.run({ house, words, by, format, dryRun, terminal })
  } catch (error) {
    return unanswered(error, terminal, !dryRun && !READING.includes(command))
  }
}

interface Call {
  house: House
  words: string[]
  by: string
  format: RosterFormat | undefined
  dryRun: boolean
  terminal: Terminal
}

interface Command {
  least: number
  most: number
  run(call: Call): Promise<ExitCode>
}

const commands = {
  export: {
    least: 0,
    most: 0,
    async run({ house, format = 'csv', terminal }) {
      const { students, links } = await exportRoster(house)
      terminal.out(writeRoster(students, links, format))
      return 0
    },
  },
  import: { least: 1, most: 1, run: importFile },
  link: {
    least: 3,
    most: 3,
    async run({ house, words: [studentId = '', iss = '', sub = ''], by, terminal }) {
      const { policy, directory } = house
      // An import may hold links of a provider that is to come; an issuer typed by hand is a slip.
      const done = policy.allIssuers.includes(iss)
        ? await directory.registrar.link({ iss, sub }, studentId, by)
        : { done: false as const, why: notOurs(policy, iss) }
      return tell(done, terminal)
    },
  },
  unlink: {
    least: 2,
    most: 2,
    async run({ house, words: [iss = '', sub = ''], by, terminal }) {
      return tell(await house.directory.registrar.unlink({ iss, sub }, by), terminal)
    },
  },
  merge: {
    least: 2,
    most: 2,
    async run({ house, words: [from = '', into = ''], by, terminal }) {
      return tell(await house.directory.registrar.merge(from, into, by), terminal)
    },
  },
  remove: {
    least: 1,
    most: 1,
    async run({ house, words: [studentId = ''], by, terminal }) {
      return tell(await house.directory.registrar.remove(studentId, by), terminal)
    },
  },
  waiting: {
    least: 0,
    most: 0,
    async run({ house, terminal }) {
      let after: string | undefined
      do {
        const page = await house.directory.waiting(after)
        for (const {
          personId,
          provider,
          iss,
          name,
          email,
          emailVerified,
          askedAt,
        } of page.people) {
          const address =
            email === undefined ? '' : `${email}${emailVerified ? '' : ' (unverified)'}`
          const from = provider ?? iss
          terminal.out(
            `${[personId, new Date(askedAt).toISOString(), from, name, address].map(shown).join('  ')}\n`,
          )
        }
        after = page.next
      } while (after !== undefined)
      return 0
    },
  },
  approve: {
    least: 1,
    most: 2,
    async run({ house, words: [personId = '', studentId], by, terminal }) {
      const chosen = studentId === undefined ? { by } : { studentId, by }
      const answer = await house.directory.approve(personId, chosen)
      if (answer.outcome !== 'approved') {
        terminal.err(`${answer.outcome.replaceAll('_', ' ')}\n`)
        return 1
      }
      terminal.out(`${answer.studentId}\n`)
      return 0
    },
  },
  refuse: {
    least: 1,
    most: 1,
    async run({ house, words: [personId = ''], by, terminal }) {
      if (await house.directory.refuse(personId, { by })) return 0
      terminal.err('not waiting\n')
      return 1
    },
  },
  history: {
    least: 0,
    most: 1,
    async run({ house, words: [about], terminal }) {
      let after: string | undefined
      do {
        const page = await house.directory.history.page(after)
        for (const step of page.steps) {
          if (about === undefined || isAbout(step, about)) terminal.out(`${stepLine(step)}\n`)
        }
        after = page.next
      } while (after !== undefined)
      return 0
    },
  },
} satisfies Record<string, Command>

async function importFile(call: Call): Promise<ExitCode> {
  const { house, words, by, dryRun, terminal } = call
  const [path = ''] = words
  const format = call.format ?? (path.endsWith('.json') ? 'json' : 'csv')
  let bytes: Uint8Array
  try {
    bytes = readFileSync(path)
  } catch (error) {
    terminal.err(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code}\n`)
    return 1
  }
  const { roster, problems } = readRoster(bytes, format)
  problems.push(...(await rosterProblems(house, roster)))
  if (problems.length > 0) {
    terminal.err(`nothing was written; mistakes: ${problems.length}\n`)
    for (const problem of problems) terminal.err(`  - ${shown(problem)}\n`)
    return 1
  }
  if (dryRun) {
    terminal.out(
      `well, and nothing was written; students: ${roster.students.length}, links: ${roster.links.length}\n`,
    )
    return 0
  }
  const done = await importRoster(house, roster, by)
  terminal.out(
    `written; students: ${done.students}, links: ${done.links}, grants ended: ${done.grants}\n`,
  )
  for (const problem of done.problems) terminal.err(`  - ${shown(problem)}\n`)
  return done.problems.length > 0 ? 1 : 0
}

function tell(done: Done, { out, err }: Terminal): ExitCode {
  if (!done.done) {
    err(`nothing was done: ${shown(done.why)}\n`)
    return 1
  }
  out(`done; grants ended: ${done.grants}\n`)
  return 0
}

function isAbout({ studentId, from, personId, sub }: HistoryRecord, about: string): boolean {
  return [studentId, from, personId, sub].includes(about)
}

function stepLine({ at, action, by, studentId, from, personId, iss, sub }: HistoryRecord): string {
  const moved = from === undefined ? studentId : `${from} → ${studentId}`
  const login = sub === undefined ? [] : [`${iss} ${sub}`]
  return [new Date(at).toISOString(), action, moved, by, personId, ...login]
    .filter((word) => word !== undefined)
    .map(shown)
    .join('  ')
}
