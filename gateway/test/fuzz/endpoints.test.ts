/** Whatever is sent to whichever endpoint of the README's table: no 5xx, no stray redirect, no echo. */
import fc from 'fast-check'
import t from 'tap'
import { endpoints } from '../support/endpoint-table.ts'
import { headers } from './hostile-headers.ts'
import { clientMetadata } from './hostile-metadata.ts'
import { encoded } from './hostile-parameters.ts'
import { text } from './hostile-text.ts'
import { livedInDoor } from './lived-in-door.ts'
import { brokenPromise, holds } from './promises.ts'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const

t.test('the list of endpoints is the README’s', async (t) => {
  const paths = endpoints.map(({ path }) => path)
  for (const path of ['/authorize', '/callback', '/token', '/register', '/mcp']) {
    t.ok(paths.includes(path), path)
  }
})

for (const { path, methods } of endpoints) {
  t.test(`fuzz: ${path}: any parameters, headers and body find no 5xx`, async (t) => {
    const door = await livedInDoor(t)
    const request = fc.record({
      // Mostly those that it has.
      method: fc.oneof(
        { weight: 5, arbitrary: fc.constantFrom(...(methods as (typeof METHODS)[number][])) },
        { weight: 1, arbitrary: fc.constantFrom(...METHODS) },
      ),
      query: encoded(door.real),
      // What stands for a name in a path.
      segment: fc.oneof(text, fc.constantFrom(...door.real)).map(encodeURIComponent),
      headers: headers(door.real),
      body: fc.option(fc.oneof(encoded(door.real), clientMetadata, text)),
      form: fc.boolean(),
    })
    await holds(
      t,
      fc.asyncProperty(request, async ({ method, query, segment, headers, body, form }) => {
        const type = form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}
        const response = await door.app.inject({
          method,
          url: `${path.replace(/[:<][^/]+/, () => segment)}${query === '' ? '' : `?${query}`}`,
          headers: { ...headers, ...(body === null ? {} : type) },
          ...(body === null ? {} : { payload: body }),
        })
        const broken = brokenPromise(response, door.redirectUris)
        if (broken !== undefined) throw new Error(broken)
      }),
      100,
    )
  })
}

t.test('fuzz: paths that are none', async (t) => {
  const door = await livedInDoor(t)
  const known = endpoints.map(({ path }) => path)
  const path = fc.oneof(
    fc.webPath(),
    fc
      .tuple(
        fc.constantFrom(...known),
        fc.constantFrom('/', '//', '/..', '%', '%zz', ';x', '/%2e', '.'),
      )
      .map(([path, more]) => path + more),
  )
  await holds(
    t,
    fc.asyncProperty(path, fc.constantFrom(...METHODS), async (url, method) => {
      const response = await door.app.inject({ method, url: `http://localhost:3000${url}` })
      const broken = brokenPromise(response, door.redirectUris)
      if (broken !== undefined) throw new Error(broken)
    }),
    400,
  )
})
