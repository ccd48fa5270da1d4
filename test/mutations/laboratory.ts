/** A copy of the tree in which code may be broken, and tests run one file at a time. */
import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const COPIED = [
  'gateway',
  'mcp',
  'keycloak',
  'test',
  'scripts',
  'docs',
  'package.json',
  'tsconfig.json',
  '.taprc',
]
/** Seconds in which tap ends a test by its title: a defence whose loss makes a test hang is noticed too. */
const TEST_TIMEOUT = 40
/** Milliseconds, past which a process has hung: it is killed, since it may hear of no other signal. */
const TIMEOUT = 60_000

export interface Verdict {
  passed: boolean
  /** Titles of the tests that failed. */
  failed: string[]
}

export class Laboratory {
  readonly #root = mkdtempSync(join(tmpdir(), 'mutations-'))

  constructor() {
    for (const name of COPIED) {
      cpSync(join(ROOT, name), join(this.#root, name), {
        recursive: true,
        filter: (path) => !/\/(node_modules|dist|\.tap)$/.test(path),
      })
    }
    symlinkSync(join(ROOT, 'node_modules'), join(this.#root, 'node_modules'))
    for (const workspace of ['gateway', 'mcp']) {
      const modules = join(ROOT, workspace, 'node_modules')
      symlinkSync(modules, join(this.#root, workspace, 'node_modules'))
    }
  }

  close(): void {
    rmSync(this.#root, { recursive: true, force: true })
  }

  /** Runs a test with a file changed, and puts the file back. @throws where the text is not there exactly once */
  async withChange(file: string, from: string, to: string, test: string): Promise<Verdict> {
    const path = join(this.#root, file)
    const source = readFileSync(path, 'utf8')
    const parts = source.split(from)
    if (parts.length !== 2) {
      throw new Error(`${file} holds the defence ${parts.length - 1} times: ${from}`)
    }
    writeFileSync(path, parts.join(to))
    try {
      return await this.run(test)
    } finally {
      writeFileSync(path, source)
    }
  }

  /** What hung and told of no failure is run once more: a process that never came to its tests says nothing about them. */
  async run(test: string): Promise<Verdict> {
    const { hung, ...verdict } = await this.#runOnce(test)
    if (!hung || verdict.failed.length > 0) return verdict
    const { passed, failed } = await this.#runOnce(test)
    return { passed, failed }
  }

  #runOnce(test: string): Promise<Verdict & { hung: boolean }> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, ['--import=@tapjs/typescript/import', test], {
        cwd: this.#root,
        env: { ...process.env, TAP_TIMEOUT: String(TEST_TIMEOUT) },
        stdio: ['ignore', 'pipe', 'ignore'],
        timeout: TIMEOUT,
        killSignal: 'SIGKILL',
      })
      let output = ''
      child.stdout.on('data', (chunk) => {
        output += chunk
      })
      child.on('error', reject)
      child.on('close', (code, signal) => {
        const found = [...output.matchAll(/^\s*not ok \d+ - (.*?)(?: # time=.*)?$/gm)]
        const failed = found.map(([, title = '']) => title)
        resolve({ passed: code === 0, failed, hung: signal === 'SIGKILL' })
      })
    })
  }
}
