/** Where a Keycloak distribution is: KEYCLOAK_HOME, the cache, or what Maven puts into the cache; built for tests, once. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export const KEYCLOAK_VERSION = '26.7.3'
export const REALM_FILE = at('../../keycloak/realm/battle-school-realm.json')
/** The company whose login is brokered in the realm of the house. */
export const COMPANY_REALM_FILE = at('company-realm.json')

const CACHE = at('../../.cache/keycloak')
const MAVEN_PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1'
const BUILD = ['--db=dev-mem', '--health-enabled=true']
const run = promisify(execFile)

/** @returns a folder with bin/kc.sh that holds our realm and is built, or undefined where there is none to be had */
export async function keycloakHome(): Promise<string | undefined> {
  const named = process.env.KEYCLOAK_HOME
  if (named && !existsSync(join(named, 'bin/kc.sh'))) {
    throw new Error(`KEYCLOAK_HOME is ${named}, and there is no bin/kc.sh in it.`)
  }
  const cached = join(CACHE, KEYCLOAK_VERSION)
  if (!named && !existsSync(cached) && !(await fillCache(cached))) return undefined
  const home = named || cached
  await prepare(home)
  return home
}

export async function onPath(command: string): Promise<boolean> {
  return run(command, ['--version']).then(
    () => true,
    () => false,
  )
}

async function fillCache(target: string): Promise<boolean> {
  if (!(await onPath('mvn'))) return false
  await mkdir(CACHE, { recursive: true })
  const folder = await mkdtemp(join(CACHE, 'new-'))
  try {
    const artifact = `org.keycloak:keycloak-quarkus-dist:${KEYCLOAK_VERSION}:zip`
    // In that folder, for Maven leaves a marker where it runs.
    const goal = ['-B', '-q', `${MAVEN_PLUGIN}:unpack`]
    const what = [`-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`]
    await run('mvn', [...goal, ...what], { cwd: folder })
    // One step, so that a fetch that broke off is never taken for a Keycloak.
    await rename(join(folder, `keycloak-${KEYCLOAK_VERSION}`), target)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  return true
}

async function prepare(home: string): Promise<void> {
  await mkdir(join(home, 'data/import'), { recursive: true })
  await copyFile(REALM_FILE, join(home, 'data/import/battle-school-realm.json'))
  await copyFile(COMPANY_REALM_FILE, join(home, 'data/import/company-realm.json'))
  const built = join(home, 'data/built-for-the-tests')
  if (existsSync(built)) return
  await run('bash', [join(home, 'bin/kc.sh'), 'build', ...BUILD])
  await writeFile(built, `${BUILD.join(' ')}\n`)
}

function at(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url))
}
