/** tap passes a test without an assertion, and a skipped one: so every test body in the house is looked at. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import ts from 'typescript'
import { isTap, parseTests, tapCalls } from '../support/tap-calls.ts'

const ASSERTIONS = new Set(
  'ok notOk equal not same notSame match notMatch matchOnly has hasStrict strictSame throws doesNotThrow rejects resolves resolveMatch type emits fail error'.split(
    ' ',
  ),
)

interface Finding {
  line: number
  what: string
}

function findings(file: string, source: string): Finding[] {
  const tree = parseTests(file, source)
  const found: Finding[] = []
  const report = (node: ts.Node, what: string) =>
    found.push({ line: tree.getLineAndCharacterOfPosition(node.getStart()).line + 1, what })

  for (const { verb, node } of tapCalls(tree)) {
    if (verb === 'skip' || verb === 'todo') report(node, verb)
    if (verb !== 'test') continue
    const options = node.arguments.find(ts.isObjectLiteralExpression)
    for (const property of options?.properties ?? []) {
      const key = property.name?.getText()
      if (key === 'skip' || key === 'todo') report(property, `option ${key}`)
    }
    const body = node.arguments.find(
      (argument) => ts.isArrowFunction(argument) || ts.isFunctionExpression(argument),
    )
    if (body && !asserts(body)) report(node, 'a test without an assertion')
  }
  return found
}

/** An assertion, a subtest, or a call that is handed `t` to assert with. */
function asserts(body: ts.Node): boolean {
  if (tapCalls(body).some(({ verb }) => ASSERTIONS.has(verb) || verb === 'test')) return true
  let handed = false
  const visit = (child: ts.Node): void => {
    if (ts.isCallExpression(child)) {
      const setUp = /^(open|start|create|make|with)[A-Z]/.test(child.expression.getText())
      if (!setUp && child.arguments.some(isTap)) handed = true
    }
    ts.forEachChild(child, visit)
  }
  visit(body)
  return handed
}

t.test('the check itself sees an empty test, a skip and a todo', async (t) => {
  const source = `
    t.test('empty', async (t) => { await open(t.name) })
    t.test('fine', async (t) => { t.equal(1, 1) })
    t.test('handed on', async (t) => { promises(t) })
    t.test('set up only', async (t) => { await openDoor(t) })
    t.test('skipped', { skip: true }, async (t) => { t.ok(1) })
    t.todo('later')`
  t.same(
    findings('example.ts', source).map(({ line }) => line),
    [2, 5, 6, 7],
  )
})

t.test('every test of the house asserts, none is skipped', async (t) => {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const files = ['gateway/test', 'mcp/test', 'keycloak/embedded/test', 'test']
    .filter((folder) => existsSync(`${root}/${folder}`))
    .flatMap((folder) =>
      readdirSync(`${root}/${folder}`, { recursive: true, encoding: 'utf8' }).map(
        (file) => `${folder}/${file}`,
      ),
    )
    .filter((file) => file.endsWith('.ts') && !file.endsWith('tests-assert.test.ts'))
  t.ok(files.length > 20, `${files.length} files`)
  const all = files.flatMap((file) =>
    findings(file, readFileSync(`${root}/${file}`, 'utf8')).map(
      ({ line, what }) => `${file}:${line} ${what}`,
    ),
  )
  t.same(all, [])
})
