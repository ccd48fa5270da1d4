/** Every request builds a fresh server, and the SDK would convert each zod schema to JSON Schema again each time. */
import type { StandardSchemaWithJSON } from '@modelcontextprotocol/server'
import type { z } from 'zod'

/** The same schema to the SDK, its JSON Schema being made once. */
export function memoised<Schema extends z.ZodType>(
  schema: Schema,
): StandardSchemaWithJSON<z.input<Schema>, z.output<Schema>> {
  const standard = schema['~standard']
  const { jsonSchema } = standard
  return {
    '~standard': {
      ...standard,
      jsonSchema: { input: once(jsonSchema.input), output: once(jsonSchema.output) },
    },
  }
}

// The SDK asks for one target only.
function once<Options, Result>(convert: (options: Options) => Result): typeof convert {
  let result: Result | undefined
  return (options) => {
    result ??= convert(options)
    return result
  }
}
