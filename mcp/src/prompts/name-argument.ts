/** Arguments of prompts that name a student or an army; clients complete them as they are written. */
import { completable } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { completing } from '../visit/completion.ts'
import type { Visit } from '../visit/visit.ts'

export function studentArgument(description: string, visit: Visit) {
  return completable(
    nameArgument(description),
    completing(visit, () => visit.school.studentNames()),
  )
}

export function armyArgument(description: string, visit: Visit) {
  return completable(
    nameArgument(description),
    completing(visit, () => visit.school.armyNames()),
  )
}

function nameArgument(description: string) {
  return z.string().trim().min(1).max(100).describe(description)
}
