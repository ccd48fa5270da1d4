/** The table of gateway/README.md, which a test holds against the routes of the running app. */
import { readFileSync } from 'node:fs'

export interface Endpoint {
  path: string
  methods: string[]
  file: string
}

export const endpoints: Endpoint[] = readFileSync(
  new URL('../../README.md', import.meta.url),
  'utf8',
)
  .split('\n')
  .map((line) => /^\| `(\/[^`]*)` \| ([A-Z, ]+) \| `([^`]+-endpoint\.ts)` \|/.exec(line))
  .flatMap((match) => {
    const [, path = '', methods = '', file = ''] = match ?? []
    return match ? [{ path, methods: methods.split(', '), file }] : []
  })
