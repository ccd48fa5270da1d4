/**
 * The real clients against `npm start`, each as its source, its vendor or its users’ logs show it (docs/clients.md): discovery in
 * its order, registration in its words, a person’s login, tokens, a tool, refresh in its shape. `(assumed)` in a title means
 * that nobody has read or seen what is replayed there.
 */
import { createHash } from 'node:crypto'
import t from 'tap'
import { startDocumentServer } from '../support/document-server.ts'
import { startHouse } from '../support/house-of-npm-start.ts'
import { chatgpt } from './matrix/chatgpt.ts'
import { claudeCode } from './matrix/claude-code.ts'
import { claudeHosted2025 } from './matrix/claude-hosted-2025.ts'
import { claudeHosted2026 } from './matrix/claude-hosted-2026.ts'
import { cline } from './matrix/cline.ts'
import { codex } from './matrix/codex.ts'
import { CURSOR_SCHEME, cursor } from './matrix/cursor.ts'
import { fastmcp } from './matrix/fastmcp.ts'
import { geminiCli } from './matrix/gemini-cli.ts'
import { goose } from './matrix/goose.ts'
import { inspector } from './matrix/inspector.ts'
import { librechat } from './matrix/librechat.ts'
import { mcpRemote } from './matrix/mcp-remote.ts'
import { microsoft365Copilot } from './matrix/microsoft-365-copilot.ts'
import { n8n } from './matrix/n8n.ts'
import { opencode } from './matrix/opencode.ts'
import { pythonSdk } from './matrix/python-sdk.ts'
import type { Place, RealClient, Way } from './matrix/real-client.ts'
import type { SdkClient } from './matrix/sdk-client.ts'
import { sdkWalk } from './matrix/sdk-walk.ts'
import { slackbot } from './matrix/slackbot.ts'
import { typescriptSdk1 } from './matrix/typescript-sdk-1.ts'
import { typescriptSdk2 } from './matrix/typescript-sdk-2.ts'
import { vsCode } from './matrix/vs-code.ts'
import { walk } from './matrix/walk.ts'
import { zed } from './matrix/zed.ts'

const REPLAYED: RealClient[] = [
  claudeHosted2025,
  claudeHosted2026,
  claudeCode,
  chatgpt,
  codex,
  vsCode,
  cursor,
  geminiCli,
  goose,
  zed,
  fastmcp,
  pythonSdk,
  librechat,
  n8n,
  microsoft365Copilot,
  slackbot,
]
const ON_AN_SDK: SdkClient[] = [
  mcpRemote,
  inspector,
  typescriptSdk1,
  typescriptSdk2,
  opencode,
  cline,
]
const STUDENTS = [
  { username: 'ender', id: 'BS-2401' },
  { username: 'bean', id: 'BS-2507' },
  { username: 'bonzo', id: 'BS-2198' },
  { username: 'dink', id: 'BS-2389' },
].map((student) => ({ ...student, password: 'battle-school' }))

/** Who was registered by the operator, as the setting CLIENTS has it. */
function registeredBeforehand(): string {
  return JSON.stringify(
    REPLAYED.flatMap((client) =>
      client.ways.flatMap((way) =>
        way.by !== 'pre-registration'
          ? []
          : [
              {
                client_id: way.client_id,
                client_name: client.name,
                redirect_uris: [way.redirectUri ?? client.redirectUri()],
                token_endpoint_auth_method: way.method,
                ...(way.client_secret === undefined
                  ? {}
                  : {
                      client_secret_sha256: createHash('sha256')
                        .update(way.client_secret)
                        .digest('base64url'),
                    }),
              },
            ],
      ),
    ),
  )
}

function titleOf(client: RealClient, way: Way): string {
  const assumed = client.assumed || way.assumed ? ' (assumed)' : ''
  const how = {
    registration: 'registers itself, RFC 7591',
    document: 'is its Client ID Metadata Document, C28',
    'pre-registration': 'was registered beforehand',
  }[way.by]
  return `${client.name}${assumed}: ${how}${way.what === undefined ? '' : `, ${way.what}`}`
}

t.test('the real clients against npm start', async (t) => {
  const documents = await startDocumentServer(t)
  const house = await startHouse(t, {
    CIMD_DEVELOPMENT_ORIGINS: documents.origin,
    CUSTOM_REDIRECT_URIS: CURSOR_SCHEME,
    CLIENTS: registeredBeforehand(),
  })
  const place: Place = {
    origin: `http://localhost:${house.port}`,
    mcpUrl: house.url,
    documents: documents.origin,
  }
  let walks = 0
  const next = () => STUDENTS[walks++ % STUDENTS.length] as (typeof STUDENTS)[number]

  await t.test('C28: the house takes client ids that are URLs, and says so', async (t) => {
    const response = await fetch(`${place.origin}/.well-known/oauth-authorization-server`)
    t.match(await response.json(), { client_id_metadata_document_supported: true })
  })

  for (const client of REPLAYED) {
    for (const way of client.ways) {
      if (way.by === 'document') {
        for (const [path, content] of Object.entries(way.beside ?? {}))
          documents.paths.set(`/${path}`, content)
        const client_id = `${documents.origin}/${way.path}`
        documents.paths.set(`/${way.path}`, { client_id, ...way.document(documents.origin) })
      }
      await t.test(titleOf(client, way), (t) => walk(t, client, way, place, next()))
    }
  }
  for (const client of ON_AN_SDK) {
    for (const way of client.ways) {
      if (way.document) {
        const client_id = `${documents.origin}/${way.document.path}`
        documents.paths.set(`/${way.document.path}`, { client_id, ...way.document.content })
      }
      await t.test(`${client.name}: ${way.what}`, (t) => sdkWalk(t, client, way, place, next()))
    }
  }

  house.npm.kill('SIGTERM')
  await house.ended
  t.notMatch(house.output(), /"level":(?:50|60)/, 'no error was logged')
})
