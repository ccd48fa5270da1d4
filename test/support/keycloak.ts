/**
 * A real Keycloak with the realm of the house, first that applies: KEYCLOAK_URL, KEYCLOAK_HOME, the cache, Maven (which
 * fills the cache), Docker. Never skipped: with none of the five the suite fails and says so.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { createKeycloakAdmin, type KeycloakAdmin } from './keycloak-admin.ts'
import {
  COMPANY_REALM_FILE,
  KEYCLOAK_VERSION,
  keycloakHome,
  onPath,
  REALM_FILE,
} from './keycloak-home.ts'
import { freePort } from './ports.ts'

export interface Keycloak {
  issuer: string
  admin: KeycloakAdmin
  /** Of a second realm, whose login the realm of the house brokers as `corporate-sso`; undefined at a Keycloak that ran already. */
  company: string | undefined
  /** Ends the process. */
  stop(): Promise<void>
  /** Starts it anew, empty, so that it imports the realm again. */
  start(): Promise<void>
}

export interface KeycloakOptions {
  /** The origin of the gateway, as browsers see it. */
  gatewayUrl: string
  clientSecret: string
  demoPassword: string
}

/** Milliseconds. */
const START_LIMIT = 120_000
const STOP_LIMIT = 15_000
const ADMIN = { username: 'admin', password: 'admin-of-the-tests' }
const NONE =
  'These tests need Keycloak: set KEYCLOAK_URL or KEYCLOAK_HOME, unpack one into .cache/keycloak, or put mvn or docker on PATH (all but the first and the last need Java 17).'

interface Command {
  start(port: number): Promise<{ file: string; args: string[] }>
  /** Where Keycloak finds itself: it fetches the company’s keys and tokens. */
  inside(port: number): string
}

export async function startKeycloak(options: KeycloakOptions): Promise<Keycloak> {
  const url = process.env.KEYCLOAK_URL
  if (url) return existingKeycloak(url.replace(/\/$/, ''), options)
  const home = await keycloakHome()
  const command = home ? fromHome(home) : (await onPath('docker')) ? fromDocker : undefined
  if (command === undefined) throw new Error(NONE)
  return ownKeycloak(command, options)
}

/** One that runs already, whose client is told of this gateway. It is not ours to stop. */
async function existingKeycloak(origin: string, options: KeycloakOptions): Promise<Keycloak> {
  const issuer = `${origin}/realms/battle-school`
  const answer = await fetch(`${issuer}/.well-known/openid-configuration`).catch(() => undefined)
  if (!answer?.ok) throw new Error(`KEYCLOAK_URL is ${origin}, and its realm does not answer.`)
  const admin = createKeycloakAdmin(origin, {
    username: process.env.KEYCLOAK_ADMIN || 'admin',
    password: process.env.KEYCLOAK_ADMIN_PASSWORD ?? '',
  })
  await admin.configureClient('mcp-gateway', {
    secret: options.clientSecret,
    redirectUris: [`${options.gatewayUrl}/callback`],
  })
  const refuse = async () => {
    throw new Error('A test has to stop Keycloak, and KEYCLOAK_URL is not ours to stop: unset it.')
  }
  return { issuer, admin, company: undefined, stop: refuse, start: refuse }
}

async function ownKeycloak(command: Command, options: KeycloakOptions): Promise<Keycloak> {
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const issuer = `${origin}/realms/battle-school`
  let child: ChildProcess | undefined
  const kill = () => void child?.kill('SIGKILL')

  const keycloak: Keycloak = {
    issuer,
    admin: createKeycloakAdmin(origin, ADMIN),
    company: `${origin}/realms/company`,
    async start() {
      const { file, args } = await command.start(port)
      const started = spawn(file, args, {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, ...environment(options, origin, command.inside(port)) },
      })
      child = started
      process.once('exit', kill)
      const log: string[] = []
      for (const stream of [started.stdout, started.stderr]) {
        stream.on('data', (chunk: Buffer) => {
          log.push(...chunk.toString().split('\n'))
          log.splice(0, log.length - 40)
        })
      }
      const deadline = Date.now() + START_LIMIT
      // An open port is not readiness: it listens for seconds before the realm is there.
      while (!(await answers(`${issuer}/.well-known/openid-configuration`))) {
        const why =
          started.exitCode !== null
            ? `ended with ${started.exitCode}`
            : Date.now() > deadline
              ? `did not start in ${START_LIMIT / 1000} s`
              : undefined
        if (why) {
          kill()
          throw new Error(`Keycloak ${why}. Its last words:\n${log.join('\n')}`)
        }
        await wait(250)
      }
    },
    async stop() {
      const dying = child
      child = undefined
      process.off('exit', kill)
      if (dying === undefined || dying.exitCode !== null) return
      const timer = setTimeout(() => dying.kill('SIGKILL'), STOP_LIMIT)
      dying.kill('SIGTERM')
      await once(dying, 'exit')
      clearTimeout(timer)
    },
  }
  await keycloak.start()
  return keycloak
}

function fromHome(home: string): Command {
  const start: Command['start'] = async (port) => ({
    file: 'bash',
    args: [
      join(home, 'bin/kc.sh'),
      'start',
      '--optimized',
      '--import-realm',
      '--http-enabled=true',
      '--http-host=127.0.0.1',
      `--hostname=http://localhost:${port}`,
      `--http-port=${port}`,
      `--http-management-port=${await freePort()}`,
    ],
  })
  return { start, inside: (port) => `http://localhost:${port}` }
}

const fromDocker: Command = {
  inside: () => 'http://localhost:8080',
  start: async (port) => ({
    file: 'docker',
    args: [
      ...['run', '--rm', '--publish', `127.0.0.1:${port}:8080`],
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
function environment(
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

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    (response) => response.ok,
    () => false,
  )
}
