/** Packages of the npm registry that a test needs and the house does not: in a cache of their own, outside the lockfile. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './house-of-npm-start.ts'

/** npm's `node` package, for programs that need a newer line of Node than the house. */
export const NODE_22 = 'node@22.23.3'

/**
 * @param name of the cache folder
 * @param versions exact ones, `name@version`
 * @returns the `node_modules` folder that has them
 */
export function installPackages(name: string, versions: readonly string[]): string {
  const folder = join(ROOT, '.cache', name)
  const modules = join(folder, 'node_modules')
  if (versions.every((spec) => isInstalled(modules, spec))) return modules
  mkdirSync(folder, { recursive: true })
  // npm 11 runs no install script unasked; that of `node` fetches the package with the binary.
  const manifest = { private: true, allowScripts: { node: true } }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  const options = ['--no-save', '--no-audit', '--no-fund']
  const { status, stderr } = spawnSync('npm', ['install', ...options, ...versions], {
    cwd: folder,
    encoding: 'utf8',
  })
  const missing = versions.filter((spec) => !isInstalled(modules, spec))
  if (status !== 0 || missing.length > 0) throw new Error(`npm install failed: ${stderr}`)
  return modules
}

/** The path of the `node` binary of NODE_22. */
export function nodeIn(modules: string): string {
  return join(modules, 'node', 'bin', 'node')
}

/** Of a package that the repository itself installs. */
export function installedVersion(name: string): string {
  return versionIn(join(ROOT, 'node_modules', name, 'package.json'))
}

function isInstalled(modules: string, spec: string): boolean {
  const at = spec.lastIndexOf('@')
  const name = spec.slice(0, at)
  const manifest = join(modules, name, 'package.json')
  if (!existsSync(manifest) || (name === 'node' && !existsSync(nodeIn(modules)))) return false
  return versionIn(manifest) === spec.slice(at + 1)
}

function versionIn(manifest: string): string {
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }
  return version
}
