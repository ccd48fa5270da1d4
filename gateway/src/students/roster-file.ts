/** The directory as a file, in CSV or JSON: what is written can be read again, and every mistake of a file is told at once. */
import { z } from 'zod'
import { normalEmail } from '../oauth/claim-values.ts'
import { plainWords } from '../plain-words.ts'
import { csvLine, readCsv } from './csv.ts'
import { MAX_NAME, UNSEEN } from './display-name.ts'
import { isStudentId } from './student-id.ts'

export type RosterFormat = 'csv' | 'json'

export interface RosterStudent {
  studentId: string
  name?: string | undefined
  email?: string | undefined
  status?: 'active' | 'removed' | undefined
}

export interface RosterLink {
  studentId: string
  iss: string
  sub: string
}

/** Each with its place in the file. */
export interface Roster {
  students: (RosterStudent & { place: string })[]
  links: (RosterLink & { place: string })[]
}

export const MAX_FILE = 5_000_000
const MAX_ROWS = 50_000
const COLUMNS = ['student_id', 'name', 'email', 'status', 'iss', 'sub'] as const

const studentId = z.string().refine(isStudentId, {
  error: 'must be a letter or digit, then up to 63 letters, digits, dots, underscores or hyphens',
})
const studentRow = z.strictObject({
  student_id: studentId,
  name: z
    .string()
    .trim()
    .min(1)
    .max(MAX_NAME, { error: `is longer than ${MAX_NAME} characters` })
    .refine((name) => !UNSEEN.test(name), { error: 'holds characters that are not seen' })
    .optional(),
  email: z
    .string()
    .transform((value, context) => {
      const address = normalEmail(value.trim())
      if (address) return address.email
      context.addIssue({ code: 'custom', message: 'is no plain e-mail address' })
      return z.NEVER
    })
    .optional(),
  status: z.enum(['active', 'removed'], { error: 'must be active or removed' }).optional(),
})
const linkRow = z.strictObject({
  student_id: studentId,
  iss: z
    .string()
    .max(512)
    .refine((iss) => /^https?:\/\/[!-~]+$/.test(iss) && URL.canParse(iss), {
      error: 'must be the issuer of a provider',
    }),
  // OpenID Connect Core §2: at most 255 ASCII characters.
  sub: z.string().regex(/^[ -~]{1,255}$/, { error: 'must be 1 to 255 ASCII characters' }),
})

export function writeRoster(
  students: readonly RosterStudent[],
  links: readonly RosterLink[],
  format: RosterFormat,
): string {
  if (format === 'json') {
    const file = {
      students: students.map(({ studentId: student_id, ...rest }) => ({ student_id, ...rest })),
      links: links.map(({ studentId: student_id, ...rest }) => ({ student_id, ...rest })),
    }
    return `${JSON.stringify(file, null, 2)}\n`
  }
  const rows = students.flatMap(({ studentId: id, name = '', email = '', status = 'active' }) => {
    const own = links.filter((link) => link.studentId === id)
    const ends = own.length > 0 ? own : [{ iss: '', sub: '' }]
    return ends.map(({ iss, sub }) => csvLine([id, name, email, status, iss, sub]))
  })
  return csvLine(COLUMNS) + rows.join('')
}

/** @param bytes of the file, as they came: their size and encoding are checked too */
export function readRoster(
  bytes: Uint8Array,
  format: RosterFormat,
): { roster: Roster; problems: string[] } {
  const roster: Roster = { students: [], links: [] }
  if (bytes.length > MAX_FILE) return { roster, problems: [`is longer than ${MAX_FILE} bytes`] }
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return { roster, problems: ['is not UTF-8'] }
  }
  const problems: string[] = []
  const read = { roster, problems }
  if (format === 'csv') readRows(text, read)
  else readJson(text, read)
  problems.push(...contradictions(roster))
  return read
}

type Read = { roster: Roster; problems: string[] }

function readRows(text: string, read: Read): void {
  const { rows, problems } = readCsv(text)
  read.problems.push(...problems)
  const [header, ...rest] = rows
  const names = header?.cells.map((name) => name.trim()) ?? []
  const wrong = names.filter((name, at) => !isColumn(name) || names.indexOf(name) !== at)
  if (wrong.length > 0 || !names.includes('student_id')) {
    read.problems.push(
      `line ${header?.line ?? 1}: the columns are ${COLUMNS.join(', ')}, each once`,
    )
    return
  }
  if (rest.length > MAX_ROWS) {
    read.problems.push(`has more than ${MAX_ROWS} rows`)
    return
  }
  for (const { line, cells } of rest) {
    const place = `line ${line}`
    if (cells.length !== names.length) {
      read.problems.push(`${place}: has ${cells.length} cells instead of ${names.length}`)
      continue
    }
    const filled = names.flatMap((name, at) => (cells[at] === '' ? [] : [[name, cells[at]]]))
    const { iss, sub, ...student } = Object.fromEntries(filled) as Record<string, string>
    const isLink = iss !== undefined || sub !== undefined
    take(
      { student, place, link: isLink ? { student_id: student.student_id, iss, sub } : undefined },
      read,
    )
  }
}

function isColumn(name: string): boolean {
  return COLUMNS.some((column) => column === name)
}

function readJson(text: string, read: Read): void {
  let file: unknown
  try {
    file = JSON.parse(text)
  } catch (error) {
    read.problems.push(`is not JSON: ${(error as Error).message}`)
    return
  }
  const shape = z.strictObject({
    students: z.array(z.unknown()).max(MAX_ROWS),
    links: z.array(z.unknown()).max(MAX_ROWS).optional(),
  })
  const parsed = shape.safeParse(file, { error: plainWords })
  if (!parsed.success) {
    read.problems.push('must be an object with students, and perhaps links: two lists')
    return
  }
  for (const [at, student] of parsed.data.students.entries()) {
    take({ student, place: `students ${at + 1}`, link: undefined }, read)
  }
  for (const [at, link] of (parsed.data.links ?? []).entries()) {
    take({ student: undefined, place: `links ${at + 1}`, link }, read)
  }
}

function take(
  entry: { student: unknown; link: unknown; place: string },
  { roster, problems }: Read,
): void {
  const { place } = entry
  const told = new Set<string>()
  const tell = (error: z.ZodError) => {
    for (const { path, message } of error.issues)
      told.add(`${place}: ${[...path, message].join(' ')}`)
  }
  if (entry.student !== undefined) {
    const parsed = studentRow.safeParse(entry.student, { error: plainWords })
    if (!parsed.success) tell(parsed.error)
    else {
      const { student_id, ...rest } = parsed.data
      roster.students.push({ studentId: student_id, ...rest, place })
    }
  }
  if (entry.link !== undefined) {
    const parsed = linkRow.safeParse(entry.link, { error: plainWords })
    if (!parsed.success) tell(parsed.error)
    else {
      const { student_id, ...rest } = parsed.data
      roster.links.push({ studentId: student_id, ...rest, place })
    }
  }
  problems.push(...told)
}

/** What a file says twice has to be the same, and one login is one student. */
function contradictions({ students, links }: Roster): string[] {
  const problems: string[] = []
  const known = new Map<string, Roster['students'][number]>()
  const emails = new Map<string, string>()
  for (const student of students) {
    const { studentId: id, email, place } = student
    const first = known.get(id)
    known.set(id, first ?? student)
    const differs = (['name', 'email', 'status'] as const).find(
      (field) => first !== undefined && first[field] !== student[field],
    )
    if (differs) problems.push(`${place}: ${differs} of ${id} is another at ${first?.place}`)
    const holder = email === undefined ? undefined : emails.get(email)
    if (holder !== undefined && holder !== id) problems.push(`${place}: email is that of ${holder}`)
    if (email !== undefined) emails.set(email, holder ?? id)
  }
  const logins = new Map<string, string>()
  const people = new Map<string, string>()
  for (const { studentId: id, iss, sub, place } of links) {
    const login = JSON.stringify([iss, sub])
    const person = JSON.stringify([iss, id])
    if (logins.has(login)) problems.push(`${place}: that login is there twice`)
    else if (people.has(person))
      problems.push(`${place}: ${id} is another person of ${iss} already`)
    if (known.get(id)?.status === 'removed') problems.push(`${place}: ${id} is removed`)
    logins.set(login, place)
    people.set(person, place)
  }
  return problems
}
