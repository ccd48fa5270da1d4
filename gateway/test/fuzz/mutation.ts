/** A request that is right, and one parameter of it dropped, repeated, replaced, or one added. */
import fc from 'fast-check'
import { name } from './hostile-parameters.ts'
import { text } from './hostile-text.ts'

export type Mutate = (valid: Readonly<Record<string, string>>) => URLSearchParams

/**
 * @param names those of the right request
 * @param rival values by name that are right for somebody else
 */
export function mutation(
  names: readonly string[],
  rival: Readonly<Record<string, string>>,
): fc.Arbitrary<Mutate> {
  const known = fc.constantFrom(...names)
  const value = fc.oneof(text, fc.constantFrom(...Object.values(rival)))
  const change = fc.oneof(
    { weight: 3, arbitrary: fc.record({ how: fc.constant('swap' as const), at: known }) },
    { weight: 1, arbitrary: fc.record({ how: fc.constant('drop' as const), at: known }) },
    { weight: 4, arbitrary: fc.record({ how: fc.constant('replace' as const), at: known, value }) },
    { weight: 2, arbitrary: fc.record({ how: fc.constant('repeat' as const), at: known, value }) },
    { weight: 1, arbitrary: fc.record({ how: fc.constant('double' as const), at: known }) },
    { weight: 1, arbitrary: fc.record({ how: fc.constant('cut' as const), at: known }) },
    { weight: 2, arbitrary: fc.record({ how: fc.constant('add' as const), at: name, value }) },
  )
  return change.map((what) => {
    const mutate: Mutate = (valid) => {
      const form = new URLSearchParams(valid)
      if (what.how === 'drop') form.delete(what.at)
      else if (what.how === 'swap') form.set(what.at, rival[what.at] ?? '')
      else if (what.how === 'replace') form.set(what.at, what.value)
      else if (what.how === 'double') form.append(what.at, valid[what.at] ?? '')
      else if (what.how === 'cut') form.set(what.at, (valid[what.at] ?? '').slice(0, -1))
      else form.append(what.at, what.value)
      return form
    }
    // What a counterexample shows.
    return Object.assign(mutate, { [fc.toStringMethod]: () => JSON.stringify(what) })
  })
}

/** Each of these is there once, with its value; nothing but `resource` is repeated (RFC 6749 §3.1). */
export function keeps(form: URLSearchParams, valid: Readonly<Record<string, string>>): boolean {
  const repeated = [...new Set(form.keys())].filter((key) => form.getAll(key).length > 1)
  return (
    repeated.every((key) => key === 'resource' && new Set(form.getAll(key)).size === 1) &&
    Object.entries(valid).every(([key, value]) => form.get(key) === value)
  )
}

/** Absent, which an empty value counts as (RFC 6749 §3.1), or one of these. */
export function hasNoneOr(form: URLSearchParams, key: string, ...values: string[]): boolean {
  return [null, '', ...values].includes(form.get(key))
}

/** What a public client must not send: somebody else's proof (RFC 6749 §2.3). */
export function provesNothing(form: URLSearchParams): boolean {
  return hasNoneOr(form, 'client_secret') && hasNoneOr(form, 'client_assertion')
}
