/**
 * A real Keycloak with the realm of the house, first that applies: KEYCLOAK_URL, KEYCLOAK_HOME, the cache, Maven (which
 * fills the cache), Docker. Never skipped: with none of the five the suite fails and says so.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import {
  type AdministeredRealm,
  createKeycloakAdmin,
  type KeycloakAdmin,
} from './keycloak-admin.ts'
import {
  ADMIN,
  type Command,
  environment,
  fromDocker,
  fromHome,
  type KeycloakOptions,
} from './keycloak-command.ts'
import { keycloakHome, onPath } from './keycloak-home.ts'
import { freePort } from './ports.ts'

export interface Keycloak {
  issuer: string
  admin: KeycloakAdmin
  /** A second realm, whose login the realm of the house brokers as `corporate-sso`; undefined at a Keycloak that ran already. */
  company: { issuer: string; admin: KeycloakAdmin } | undefined
  /** Ends the process. */
  stop(): Promise<void>
  /** Starts it anew, empty, so that it imports the realm again. */
  start(): Promise<void>
  /** From now on it answers nobody, and forgets nothing. */
  freeze(): Promise<void>
  thaw(): Promise<void>
}

/** Milliseconds. */
const START_LIMIT = 240_000
const STOP_LIMIT = 15_000
const NONE =
  'These tests need Keycloak: set KEYCLOAK_URL or KEYCLOAK_HOME, unpack one into .cache/keycloak, or put mvn or docker on PATH (all but the first and the last need Java 17).'

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
  const admin = createKeycloakAdmin(schoolAt(origin), {
    username: process.env.KEYCLOAK_ADMIN || 'admin',
    password: process.env.KEYCLOAK_ADMIN_PASSWORD ?? '',
  })
  await admin.configureClient('mcp-gateway', {
    secret: options.clientSecret,
    redirectUris: [`${options.gatewayUrl}/callback`],
    attributes: {
      'post.logout.redirect.uris': `${options.gatewayUrl}/signed-out`,
      'backchannel.logout.url': `${options.gatewayUrl}/backchannel-logout`,
    },
  })
  const refuse = async () => {
    throw new Error('A test has to stop Keycloak, and KEYCLOAK_URL is not ours to stop: unset it.')
  }
  return {
    issuer,
    admin,
    company: undefined,
    stop: refuse,
    start: refuse,
    freeze: refuse,
    thaw: refuse,
  }
}

async function ownKeycloak(command: Command, options: KeycloakOptions): Promise<Keycloak> {
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const issuer = `${origin}/realms/battle-school`
  let child: ChildProcess | undefined
  // kc.sh passes it on; killed, it would leave the JVM behind.
  const kill = () => void child?.kill('SIGTERM')

  const keycloak: Keycloak = {
    issuer,
    admin: createKeycloakAdmin(schoolAt(origin), ADMIN),
    company: {
      issuer: `${origin}/realms/company`,
      admin: createKeycloakAdmin(
        { origin, realm: 'company', clientId: 'battle-school-keycloak' },
        ADMIN,
      ),
    },
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
    freeze: () => command.freeze(running()),
    thaw: () => command.thaw(running()),
  }
  const running = () => {
    if (child === undefined) throw new Error('Keycloak does not run.')
    return child
  }
  await keycloak.start()
  return keycloak
}

function schoolAt(origin: string): AdministeredRealm {
  return { origin, realm: 'battle-school', clientId: 'mcp-gateway' }
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    (response) => response.ok,
    () => false,
  )
}
