/**
 * The real clients, each as its source, its vendor or its users’ logs show it (docs/clients.md): discovery in its order,
 * registration in its words, a person’s login, tokens, a tool, refresh in its shape. `(assumed)` in a title means that nobody
 * has read or seen what is replayed there.
 */
import { createHash } from 'node:crypto'
import type { Test } from 'tap'
import type { DocumentServer } from '../../support/document-server.ts'
import { chatgpt } from './chatgpt.ts'
import { claudeCode } from './claude-code.ts'
import { claudeHosted2025 } from './claude-hosted-2025.ts'
import { claudeHosted2026 } from './claude-hosted-2026.ts'
import { cline } from './cline.ts'
import { codex } from './codex.ts'
import { CURSOR_SCHEME, cursor } from './cursor.ts'
import { fastmcp } from './fastmcp.ts'
import { geminiCli } from './gemini-cli.ts'
import { goose } from './goose.ts'
import { inspector } from './inspector.ts'
import { librechat } from './librechat.ts'
import { mcpRemote } from './mcp-remote.ts'
import { microsoft365Copilot } from './microsoft-365-copilot.ts'
import { n8n } from './n8n.ts'
import { opencode } from './opencode.ts'
import { pythonSdk } from './python-sdk.ts'
import type { Place, RealClient, Way } from './real-client.ts'
import type { SdkClient } from './sdk-client.ts'
import { sdkWalk } from './sdk-walk.ts'
import { slackbot } from './slackbot.ts'
import { typescriptSdk1 } from './typescript-sdk-1.ts'
import { typescriptSdk2 } from './typescript-sdk-2.ts'
import { vsCode } from './vs-code.ts'
import { walk } from './walk.ts'
import { zed } from './zed.ts'

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

/** What the door has to be told of them beforehand. */
export const MATRIX_SETTINGS = {
  CUSTOM_REDIRECT_URIS: CURSOR_SCHEME,
  CLIENTS: registeredBeforehand(),
}

/** @param documents where the door admits documents from */
export async function matrix(t: Test, place: Place, documents: DocumentServer): Promise<void> {
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
}
