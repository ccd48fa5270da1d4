/** The directory's students: an id, a name, an e-mail address that is nobody else's, and whether they are still one. */
import { randomInt } from 'node:crypto'
import { sha256 } from '../oauth/token-value.ts'
import type { StudentEntry } from '../store/records/directory.ts'
import type { Store } from '../store/store.ts'
import type { History } from './history.ts'

const MAX_TRIES = 20

export interface StudentEntries {
  get(studentId: string): Promise<StudentEntry | undefined>
  /** Writes down a student whom a claim names; nothing where there is an entry. */
  note(studentId: string): Promise<void>
  /** A student id that nobody has, of this form; claimed, so that two who ask at once get two. */
  newCadet(form: string, name: string): Promise<string>
  /** Takes back an id that turned out to be one too many. */
  dropCadet(studentId: string): Promise<void>
  withEmail(email: string): Promise<StudentEntry | undefined>
  /** False where another student has that e-mail address; nothing is written then. */
  write(
    student: Pick<StudentEntry, 'studentId' | 'status'> & WrittenFields,
    by: string,
  ): Promise<boolean>
}

export interface WrittenFields {
  name?: string | undefined
  email?: string | undefined
  mergedInto?: string | undefined
}

export function createStudentEntries(parts: {
  store: Store
  history: History
  now: () => number
}): StudentEntries {
  const { store, history, now } = parts
  const emailId = (email: string) => sha256(email)

  async function claimEmail(email: string, studentId: string): Promise<boolean> {
    const holder = await store.claim('student_email', emailId(email), {
      version: 1,
      owner: studentId,
    })
    return holder === undefined || holder.owner === studentId
  }

  async function freeEmail(email: string | undefined, studentId: string): Promise<void> {
    if (email === undefined) return
    const holder = await store.get('student_email', emailId(email))
    if (holder?.owner === studentId) await store.drop('student_email', emailId(email))
  }

  const entries: StudentEntries = {
    get: (studentId) => store.get('student', studentId),
    async note(studentId) {
      const at = now()
      await store.claim('student', studentId, {
        version: 1,
        studentId,
        status: 'active',
        createdAt: at,
        changedAt: at,
      })
    },
    async newCadet(form, name) {
      for (let tries = 0; tries < MAX_TRIES; tries++) {
        const studentId = form.replaceAll('#', () => String(randomInt(10)))
        const at = now()
        const taken = await store.claim('student', studentId, {
          version: 1,
          studentId,
          name,
          status: 'active',
          createdAt: at,
          changedAt: at,
        })
        if (!taken) return studentId
      }
      throw new Error(`no student id of the form ${form} is free`)
    },
    dropCadet: (studentId) => store.drop('student', studentId),
    async withEmail(email) {
      const holder = await store.get('student_email', emailId(email))
      const entry = holder && (await store.get('student', holder.owner))
      // The index may be stale; the entry is the truth.
      return entry?.email === email && entry.status === 'active' ? entry : undefined
    },
    async write({ studentId, status, name, email, mergedInto }, by) {
      // Who is removed keeps no address: another student may have it.
      const address = status === 'active' ? email : undefined
      if (address !== undefined && !(await claimEmail(address, studentId))) return false
      const was = await store.get('student', studentId)
      const at = now()
      const { name: _, email: __, mergedInto: ___, ...kept } = was ?? { createdAt: at }
      await store.put('student', studentId, {
        ...kept,
        version: 1,
        studentId,
        status,
        ...(name === undefined ? {} : { name }),
        ...(address === undefined ? {} : { email: address }),
        ...(mergedInto === undefined ? {} : { mergedInto }),
        changedAt: at,
      })
      if (was?.email !== address) await freeEmail(was?.email, studentId)
      await history.add({ action: actionOf(was, status), by, studentId })
      return true
    },
  }
  return entries
}

function actionOf(was: StudentEntry | undefined, status: StudentEntry['status']) {
  if (status === 'removed') return 'removed'
  if (was === undefined) return 'added'
  return was.status === 'removed' ? 'restored' : 'updated'
}
