/** What a test file calls on tap's `t`, as its syntax tree has it: for the checks that read tests instead of running them. */
import ts from 'typescript'

export interface TapCall {
  /** `test`, `equal`, `skip`, … */
  verb: string
  node: ts.CallExpression
}

/** `t`, or the `t2` of a nested test. */
export function isTap(node: ts.Node): boolean {
  return ts.isIdentifier(node) && /^t\d?$/.test(node.text)
}

/** Every call of a method of `t` below the node, nested ones too, in the order of the file. */
export function tapCalls(node: ts.Node): TapCall[] {
  const calls: TapCall[] = []
  const visit = (child: ts.Node): void => {
    if (
      ts.isCallExpression(child) &&
      ts.isPropertyAccessExpression(child.expression) &&
      isTap(child.expression.expression)
    ) {
      calls.push({ verb: child.expression.name.text, node: child })
    }
    ts.forEachChild(child, visit)
  }
  visit(node)
  return calls
}

export function parseTests(file: string, source: string): ts.SourceFile {
  return ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true)
}

/** The titles of a file's tests; a template literal as it is written, with its `${…}`. */
export function testTitles(file: string, source: string): string[] {
  return tapCalls(parseTests(file, source)).flatMap(({ verb, node }) => {
    const [title] = node.arguments
    if (verb !== 'test' || title === undefined) return []
    if (ts.isStringLiteralLike(title)) return [title.text]
    return ts.isTemplateExpression(title) ? [title.getText().slice(1, -1)] : []
  })
}
