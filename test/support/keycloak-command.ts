/** How a Keycloak of the tests is run and frozen: from a distribution, or in a container. */
import { type ChildProcess, execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { COMPANY_REALM_FILE, KEYCLOAK_VERSION, REALM_FILE } from './keycloak-home.ts'
import { freePort } from './ports.ts'

export interface KeycloakOptions {
  /** The origin of the gateway, as browsers see it. */
  gatewayUrl: string
  clientSecret: string
  demoPassword: string
}

export interface Command {
  start(port: number): Promise<{ file: string; args: string[] }>
  /** Where Keycloak finds itself: it fetches the company’s keys and tokens. */
  inside(port: number): string
  freeze(process: ChildProcess): Promise<void>
  thaw(process: ChildProcess): Promise<void>
}

export const ADMIN = { username: 'admin', password: 'admin-of-the-tests' }

const run = promisify(execFile)

export function fromHome(home: string): Command {
  const start: Command['start'] = async (port) => ({
    file: 'bash',
    args: [
      join(home, 'bin/kc.sh'),
      'start',
      '--optimized',
      '--import-realm',
      // One node: else it looks for others on this machine's addresses.
      '--cache=local',
      '--http-enabled=true',
      '--http-host=127.0.0.1',
      `--hostname=http://localhost:${port}`,
      `--http-port=${port}`,
      `--http-management-port=${await freePort()}`,
    ],
  })
  return {
    start,
    inside: (port) => `http://localhost:${port}`,
    freeze: (script) => signalJvm(script, 'SIGSTOP'),
    thaw: (script) => signalJvm(script, 'SIGCONT'),
  }
}

/** kc.sh waits for it. */
async function signalJvm({ pid }: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const { stdout } = await run('ps', ['-A', '-o', 'ppid=,pid='])
  const children = stdout.split('\n').map((line) => line.trim().split(/\s+/).map(Number))
  const [, jvm] = children.find(([parent]) => parent === pid) ?? []
  if (jvm === undefined) throw new Error(`kc.sh (${pid}) has no JVM.`)
  process.kill(jvm, signal)
}

const CONTAINER = `keycloak-of-the-tests-${process.pid}`

export const fromDocker: Command = {
  freeze: async () => void (await run('docker', ['pause', CONTAINER])),
  thaw: async () => void (await run('docker', ['unpause', CONTAINER])),
  inside: () => 'http://localhost:8080',
  start: async (port) => ({
    file: 'docker',
    args: [
      ...['run', '--rm', '--name', CONTAINER, '--publish', `127.0.0.1:${port}:8080`],
      ...['--volume', `${REALM_FILE}:/opt/keycloak/data/import/battle-school-realm.json:ro`],
      ...['--volume', `${COMPANY_REALM_FILE}:/opt/keycloak/data/import/company-realm.json:ro`],
      ...Object.keys(environment(undefined, '', '')).flatMap((name) => ['--env', name]),
      `quay.io/keycloak/keycloak:${KEYCLOAK_VERSION}`,
      ...['start-dev', '--import-realm', `--hostname=http://localhost:${port}`],
    ],
  }),
}

/**
 * @param origin as browsers see it
 * @param inside as Keycloak sees itself
 */
export function environment(
  options: KeycloakOptions | undefined,
  origin: string,
  inside: string,
): Record<string, string> {
  const gatewayUrl = options?.gatewayUrl ?? ''
  const company = '/realms/company/protocol/openid-connect'
  return {
    CORPORATE_SSO_ENABLED: 'true',
    CORPORATE_SSO_NAME: 'The company',
    CORPORATE_SSO_ISSUER: `${origin}/realms/company`,
    CORPORATE_SSO_AUTHORIZATION_URL: `${origin}${company}/auth`,
    CORPORATE_SSO_TOKEN_URL: `${inside}${company}/token`,
    CORPORATE_SSO_JWKS_URL: `${inside}${company}/certs`,
    CORPORATE_SSO_USERINFO_URL: `${inside}${company}/userinfo`,
    CORPORATE_SSO_LOGOUT_URL: `${origin}${company}/logout`,
    CORPORATE_SSO_CLIENT_SECRET: options?.clientSecret ?? '',
    CORPORATE_SSO_STUDENT_ID_CLAIM: 'employee_id',
    CORPORATE_SSO_INSTRUCTORS: 'bs-teachers',
    CORPORATE_SSO_STUDENTS: 'bs-cadets',
    COMPANY_BROKER_LOGOUT_URL: `${inside}/realms/battle-school/protocol/openid-connect/logout/backchannel-logout`,
    COMPANY_BROKER_URL: `${origin}/realms/battle-school/broker/corporate-sso`,
    // A short life: what is compiled well is compiled too late.
    JAVA_OPTS_APPEND: '-XX:TieredStopAtLevel=1',
    KC_BOOTSTRAP_ADMIN_USERNAME: ADMIN.username,
    KC_BOOTSTRAP_ADMIN_PASSWORD: ADMIN.password,
    MCP_GATEWAY_CLIENT_SECRET: options?.clientSecret ?? '',
    GATEWAY_PUBLIC_URL: gatewayUrl,
    GATEWAY_INTERNAL_URL: gatewayUrl,
    BATTLE_SCHOOL_DEMO_PASSWORD: options?.demoPassword ?? '',
  }
}
