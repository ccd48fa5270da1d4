import t from 'tap'
import { z } from 'zod'
import { memoised } from '../../src/tools/memoised-schema.ts'

const target = { target: 'draft-2020-12' } as const

t.test('the JSON Schema is zod’s own, and made once', async (t) => {
  const schema = z.strictObject({ name: z.string() })
  const standard = memoised(schema)['~standard']
  t.strictSame(
    standard.jsonSchema.input(target),
    schema['~standard'].jsonSchema.input(target),
    'the same schema',
  )
  t.equal(standard.jsonSchema.input(target), standard.jsonSchema.input(target), 'one object')
  t.equal(standard.jsonSchema.output(target), standard.jsonSchema.output(target), 'one object')
})

t.test('validation stays zod’s', async (t) => {
  const standard = memoised(z.strictObject({ name: z.string().trim() }))['~standard']
  t.match(await standard.validate({ name: ' Bean ' }), { value: { name: 'Bean' } })
  t.match(await standard.validate({ name: 'Bean', age: 8 }), { issues: [{}] })
})
