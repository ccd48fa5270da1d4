/**
 * Who each login is, and was: the link from (iss, sub) to a student, and what happens when it changes (ADR 14).
 *
 * The order survives a crash at any point: what somebody loses is taken (grants revoked) before what they gain is
 * written, and a link is claimed before the person's record says so. Every step may be repeated.
 */
import type { Config } from '../config.ts'
import type { Role } from '../oauth/scope.ts'
import { sha256 } from '../oauth/token-value.ts'
import type { Audit } from '../operations/audit.ts'
import type { PersonRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import type { Identity } from '../upstream/upstream.ts'
import { decide } from './enrolment-rules.ts'
import type { Enrolment, Person } from './student.ts'

export interface Directory {
  /** Called at each login. @throws StoreUnavailableError */
  enrol(identity: Identity): Promise<Enrolment>
  /** What the last login said; undefined for whoever is not enrolled, or no longer. */
  currentRoles(personId: string): Promise<Role[] | undefined>
}

export function createDirectory(parts: {
  config: Config
  store: Store
  audit: Audit
  now: () => number
}): Directory {
  const { config, store, audit, now } = parts

  async function revokeGrants(personId: string, why: string): Promise<void> {
    for (const grant of await store.grantsOf({ personId })) {
      await store.revoke(grant)
      audit('grant_revoked', { grant, person: personId, why })
    }
  }

  /** Ends what the person was, as far as they are it no longer. */
  async function leave(
    personId: string,
    was: PersonRecord,
    is: { studentId?: string; roles: readonly Role[] },
  ): Promise<void> {
    const otherStudent = was.studentId !== undefined && was.studentId !== is.studentId
    const lostRoles = was.roles.filter((role) => !is.roles.includes(role))
    if (otherStudent) {
      audit('student_changed', { person: personId, from: was.studentId, to: is.studentId })
      await store.release(linkId(was.iss, was.studentId ?? ''), personId)
    }
    if (otherStudent || lostRoles.length > 0) {
      await revokeGrants(personId, 'the person’s student or roles changed')
    }
  }

  return {
    async enrol(identity) {
      const { iss, sub } = identity
      const personId = personIdOf(iss, sub)
      const was = await store.get('person', personId)
      const decision = decide(identity.claims, config)
      if (decision.outcome === 'refused') {
        audit('login_refused', { person: personId, reason: decision.reason })
        // The record goes first: a refresh that comes between finds nobody enrolled.
        await store.drop('person', personId)
        if (was) await leave(personId, was, { roles: [] })
        return decision
      }
      const { studentId, roles, rule } = decision
      if (studentId !== undefined) {
        const link = { version: 1, owner: personId, iss, studentId, linkedAt: now() } as const
        const holder = await store.claim('link', linkId(iss, studentId), link)
        if (holder && holder.owner !== personId) {
          audit('student_conflict', {
            person: personId,
            holder: holder.owner,
            student_id: studentId,
          })
          await store.drop('person', personId)
          if (was) await leave(personId, was, { roles: [] })
          return { outcome: 'refused', reason: 'already_linked' }
        }
        if (!holder) audit('person_enrolled', { person: personId, student_id: studentId, rule })
      }
      if (was) await leave(personId, was, decision)
      const person: Person = {
        personId,
        iss,
        sub,
        ...(studentId === undefined ? {} : { studentId }),
        roles,
        rule,
      }
      const { studentId: _, ...kept } = was ?? { firstSeenAt: now() }
      const { personId: __, ...record } = person
      await store.put('person', personId, { ...kept, ...record, version: 1, lastLoginAt: now() })
      return { outcome: 'enrolled', person }
    },
    async currentRoles(personId) {
      return (await store.get('person', personId))?.roles
    },
  }
}

/** Stable and opaque, without a table: issuer and subject are all that OpenID Connect Core §5.7 lets one rely on. */
export function personIdOf(iss: string, sub: string): string {
  return sha256(JSON.stringify([iss, sub]))
}

function linkId(iss: string, studentId: string): string {
  return sha256(JSON.stringify([iss, studentId]))
}
