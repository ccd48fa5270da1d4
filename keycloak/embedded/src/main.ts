/**
 * The launcher of `npm start`: gateway, mcp and the embedded OpenID provider, each a process, all on loopback, all or none.
 */
import { randomBytes } from 'node:crypto'
import { Household } from './household.ts'
import { requireFreePorts } from './ports.ts'
import { ready } from './ready.ts'
import { readRealm } from './realm.ts'
import { readSettings, type Settings } from './settings.ts'
import { welcome } from './welcome.ts'

const ROOT = new URL('../../../', import.meta.url)
const REALM = new URL('keycloak/realm/battle-school-realm.json', ROOT)

function say(sentence: string): void {
  process.stderr.write(`npm start: ${sentence}\n`)
}

async function open(settings: Settings): Promise<void> {
  const { port, publicUrl, demoPassword } = settings
  const ports = { gateway: port, mcp: port + 1, provider: port + 2 }
  await requireFreePorts({
    'the gateway': ports.gateway,
    mcp: ports.mcp,
    'the embedded provider': ports.provider,
  })

  const address = (name: keyof typeof ports) => `http://127.0.0.1:${ports[name]}`
  const clientSecret = randomBytes(32).toString('base64url')
  // What the realm file leaves open, for Keycloak as for us.
  const placeholders = {
    MCP_GATEWAY_CLIENT_SECRET: clientSecret,
    GATEWAY_PUBLIC_URL: publicUrl.replace(/\/$/, ''),
    GATEWAY_INTERNAL_URL: address('gateway'),
    BATTLE_SCHOOL_DEMO_PASSWORD: demoPassword,
  }
  const realm = readRealm(REALM, placeholders)
  const forEveryone = {
    LOG_LEVEL: 'warn',
    // An empty setting means its default, and here the defaults are ours.
    ...Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== '')),
    HOST: '127.0.0.1',
    PUBLIC_URL: publicUrl,
  }

  let stopping = false
  const stop = async (code: number) => {
    if (stopping) return
    stopping = true
    await household.close()
    process.exit(code)
  }
  const household = new Household((name) => {
    if (!stopping) say(`${name} ended, so the house closes.`)
    void stop(1)
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => void stop(0))
  }

  household.start({
    name: 'the embedded provider',
    script: new URL('provider-process.js', import.meta.url),
    env: { ...process.env, ...placeholders, PORT: String(ports.provider) },
  })
  household.start({
    name: 'mcp',
    script: new URL('mcp/dist/server.js', ROOT),
    env: {
      GATEWAY_JWKS_URL: `${address('gateway')}/jwks`,
      ...forEveryone,
      PORT: String(ports.mcp),
    },
  })
  const answer = async (...urls: string[]) => {
    try {
      await ready(urls, () => stopping)
    } catch (error) {
      say(error instanceof Error ? error.message : String(error))
      await stop(1)
    }
  }
  // The gateway asks its provider who it is as soon as it listens.
  await answer(`${address('provider')}/healthz`)
  if (stopping) return
  const ownKey = process.env.SECRET_KEY || process.env.SECRET_KEY_FILE
  household.start({
    name: 'the gateway',
    script: new URL('gateway/dist/server.js', ROOT),
    env: {
      MCP_UPSTREAM_URL: `${address('mcp')}/mcp`,
      // No sentence: the pages speak two languages.
      ENROLMENT_CONTACT: 'Colonel Graff, graff@battle-school.example',
      ...(ownKey ? {} : { SECRET_KEY: randomBytes(32).toString('base64url') }),
      ...forEveryone,
      PORT: String(ports.gateway),
      OIDC_ISSUER: `http://localhost:${ports.provider}`,
      OIDC_DISCOVERY_URL: '',
      OIDC_CLIENT_SECRET_FILE: '',
      OIDC_CLIENT_ID: realm.clients[0]?.clientId,
      OIDC_CLIENT_SECRET: clientSecret,
      BATTLE_SCHOOL_DEMO_PASSWORD: demoPassword,
    },
  })

  await answer(`${address('mcp')}/readyz`, `${address('gateway')}/readyz`)
  if (!stopping)
    process.stdout.write(
      welcome({
        publicUrl,
        demoPassword,
        realm,
        inRedis: Boolean(process.env.REDIS_URL || process.env.REDIS_URL_FILE),
      }),
    )
}

try {
  await open(readSettings(process.env))
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  process.exit(1)
}
