/** A request that the school understands and cannot grant; the message is for the model and the person. */
import { nearNames } from '../school/name.ts'

export class Refusal extends Error {
  override readonly name = 'Refusal'
}

/** @param names all names of that kind; those near the one asked for are told */
export function unknownName(kind: 'student' | 'army', asked: string, names: string[]): Refusal {
  const near = nearNames(asked, names)
  const none = `There is no ${kind} named “${asked}” in this school`
  return new Refusal(
    near.length > 0
      ? `${none}. Near names: ${near.join(', ')}.`
      : `${none}, and no name is near it.`,
  )
}
