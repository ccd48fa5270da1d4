/** Packages of PyPI that a test needs: in a virtual environment of their own in the cache. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './house-of-npm-start.ts'

/**
 * @param name of the cache folder
 * @param versions exact ones, `name==version`
 * @returns the environment's `python`
 */
export function installPythonPackages(name: string, versions: readonly string[]): string {
  const folder = join(ROOT, '.cache', name)
  const python = join(folder, 'bin', 'python')
  // Written last, so that an installation that broke off is begun anew.
  const installed = join(folder, 'installed.txt')
  const wanted = versions.join('\n')
  if (existsSync(installed) && readFileSync(installed, 'utf8') === wanted) return python
  rmSync(folder, { recursive: true, force: true })
  run('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 10))'], 'Python 3.10 or newer')
  run('python3', ['-m', 'venv', folder], 'Python’s venv module (on Debian: python3-venv)')
  run(python, ['-m', 'pip', 'install', '--quiet', ...versions], `${versions.join(' and ')} of PyPI`)
  writeFileSync(installed, wanted)
  return python
}

function run(command: string, args: readonly string[], need: string): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' })
  if (status === 0) return
  throw new Error(`test:clients needs ${need}: ${stderr?.slice(-500) ?? ''}`, { cause: error })
}
