/** The plan of the house: server → app → rooms → parts → vocabulary, and no circle of imports (CONTRIBUTING.md). */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const ROOMS = [
  'account',
  'authorization',
  'discovery',
  'logout',
  'registration',
  'resource',
  'token',
]
const VOCABULARY = ['oauth', 'json-entries.ts', 'plain-words.ts', 'problems-error.ts', 'secret.ts']
const PROCESSES = ['server.ts', 'directory.ts', 'doctor.ts']

/** Files by what they import, both below `folder`; types as well, since they are knowledge too. */
function importsOf(folder: string): Map<string, string[]> {
  const root = fileURLToPath(new URL(`../../${folder}`, import.meta.url))
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  return new Map(
    files
      .filter((file) => file.endsWith('.ts'))
      .map((file) => {
        const text = readFileSync(join(root, file), 'utf8')
        const found = text.matchAll(/(?:from|import\() ?'(\.[^']+)'/g)
        return [file, [...found].map(([, path = '']) => normalize(join(dirname(file), path)))]
      }),
  )
}

/** The first path that comes back to where it began. */
function circleIn(imports: Map<string, string[]>): string[] | undefined {
  const done = new Set<string>()
  function walk(file: string, path: string[]): string[] | undefined {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
    if (done.has(file)) return undefined
    for (const next of imports.get(file) ?? []) {
      const circle = walk(next, [...path, file])
      if (circle !== undefined) return circle
    }
    done.add(file)
    return undefined
  }
  for (const file of imports.keys()) {
    const circle = walk(file, [])
    if (circle !== undefined) return circle
  }
  return undefined
}

const placeOf = (file: string) => file.split('/', 1)[0] ?? ''

t.test('no circle of imports', async (t) => {
  t.same(
    circleIn(
      new Map([
        ['a', ['b']],
        ['b', ['c', 'd']],
        ['d', ['b']],
      ]),
    ),
    ['b', 'd', 'b'],
  )
  for (const folder of ['gateway/src', 'mcp/src', 'keycloak/embedded/src']) {
    const imports = importsOf(folder)
    t.ok(imports.size > 3, folder)
    t.equal(circleIn(imports), undefined, folder)
  }
})

t.test('gateway: only app.ts knows the rooms, and only a process knows app.ts', async (t) => {
  const imports = importsOf('gateway/src')
  for (const room of ROOMS) t.ok(imports.has(`${room}/index.ts`), room)
  const wrong: string[] = []
  let known = 0
  for (const [file, targets] of imports) {
    const from = placeOf(file)
    for (const target of targets) {
      const to = placeOf(target)
      if (to === from) continue
      known++
      const isRoom = ROOMS.includes(to) && from !== 'app.ts'
      const isApp = to === 'app.ts' && !PROCESSES.includes(from)
      if (isRoom || isApp || PROCESSES.includes(to)) wrong.push(`${file} → ${target}`)
    }
  }
  t.ok(known > 100)
  t.same(wrong, [])
})

t.test('gateway: the vocabulary knows nothing but itself', async (t) => {
  const files = [...importsOf('gateway/src')].filter(([file]) => VOCABULARY.includes(placeOf(file)))
  t.ok(files.length > VOCABULARY.length)
  const wrong = files.flatMap(([file, targets]) =>
    targets
      .filter((target) => !VOCABULARY.includes(placeOf(target)))
      .map((target) => `${file} → ${target}`),
  )
  t.same(wrong, [])
})
