/** The replica as plain JavaScript over mcp's own build: a process that compiles TypeScript starts slowly and is far too large. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = new URL('../../', import.meta.url)
const folder = new URL('node_modules/.cache/faults/', root)

/** @returns the path of its script */
export function compiledReplica(): string {
  mkdirSync(folder, { recursive: true })
  for (const file of ['mcp/test/support/fixture-server.ts', 'test/faults/replica.ts']) {
    const { outputText } = ts.transpileModule(readFileSync(new URL(file, root), 'utf8'), {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
    })
    const name = file.replace(/^.*\/(.*)\.ts$/, '$1.mjs')
    const script = outputText
      .replace(/'[./]*\/mcp\/src\/(.*)\.ts'/g, (_, path) => {
        return `'${new URL(`mcp/dist/${path}.js`, root).href}'`
      })
      .replace(/'[./]*\/mcp\/test\/support\/(.*)\.ts'/g, "'./$1.mjs'")
    writeFileSync(new URL(name, folder), script)
  }
  return fileURLToPath(new URL('replica.mjs', folder))
}
