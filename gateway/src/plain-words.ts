/** What is wrong with a setting, for whoever writes it: zod's own words are about types. A schema's own message comes first. */
import type { z } from 'zod'

export const plainWords: z.core.$ZodErrorMap = (issue) => {
  if (issue.input === undefined && issue.code !== 'custom') return 'is missing'
  switch (issue.code) {
    case 'unrecognized_keys':
      return `${issue.keys.join(', ')}: not known here`
    case 'invalid_type':
      return `must be ${KINDS[issue.expected] ?? `of type ${issue.expected}`}`
    case 'invalid_value':
      return `must be ${new Intl.ListFormat('en', { type: 'disjunction' }).format(issue.values.map(String))}`
    case 'too_small':
      return issue.minimum === 1 && issue.origin === 'string' ? 'must not be empty' : undefined
    case 'invalid_union':
      return 'has none of the forms that it may have'
    default:
      return undefined
  }
}

const KINDS: Partial<Record<string, string>> = {
  string: 'text in quotes',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  boolean: 'true or false',
  number: 'a number',
}
