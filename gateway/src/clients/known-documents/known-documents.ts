/**
 * Copies of well-known clients' documents, for when their host challenges our fetch or we may not reach out (C30). A host that
 * answers 404 or 410 has withdrawn its document, and no copy stands in for it.
 */
import { chatgpt } from './chatgpt.ts'
import { claude } from './claude.ts'
import { claudeCode } from './claude-code.ts'
import { goose } from './goose.ts'
import { opencode } from './opencode.ts'
import { slack } from './slack.ts'
import { vscode } from './vscode.ts'
import { zed } from './zed.ts'

export const knownDocuments = [chatgpt, claude, claudeCode, goose, opencode, slack, vscode, zed]

const byUrl = new Map<string, Record<string, unknown>>(
  knownDocuments.map(({ document }) => [document.client_id, document]),
)

export function knownDocument(url: string): Record<string, unknown> | undefined {
  return byUrl.get(url)
}
