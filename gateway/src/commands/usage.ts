/** What every command has in common: where its words go, and how it ends. */

import { StoreUnavailableError } from '../store/store.ts'

export interface Terminal {
  out(text: string): void
  err(text: string): void
}

/** 0: done. 1: refused, or mistakes were found. 2: the command was not understood. 3: the store does not answer. */
export type ExitCode = 0 | 1 | 2 | 3

export const NO_DIRECTORY =
  'REDIS_URL is empty: the directory of a house in memory ends with its process\n'

/** @returns the words, and the options with their values; undefined where an option is not one of these */
export function readArguments(
  given: readonly string[],
  allowed: Readonly<Record<string, 'value' | 'flag'>>,
): { words: string[]; options: Map<string, string> } | undefined {
  const words: string[] = []
  const options = new Map<string, string>()
  for (let at = 0; at < given.length; at++) {
    const word = given[at] ?? ''
    if (!word.startsWith('--')) {
      words.push(word)
      continue
    }
    const kind = Object.hasOwn(allowed, word) ? allowed[word] : undefined
    const value = kind === 'value' ? given[++at] : ''
    if (kind === undefined || value === undefined || options.has(word)) return undefined
    options.set(word, value)
  }
  return { words, options }
}

/** Names come from providers and files: nothing of them may move the cursor or draw a line of its own. */
export function shown(text: string | undefined): string {
  return (text ?? '').replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '�')
}

/**
 * What a command whose store does not answer says.
 *
 * @param changes whether it may have written something by then
 * @throws whatever else the error is
 */
export function unanswered(error: unknown, { err }: Terminal, changes: boolean): ExitCode {
  if (!(error instanceof StoreUnavailableError)) throw error
  const rest = changes ? ' What was begun can be repeated.' : ''
  err(
    `Redis does not answer: is it up, and are address, user and password in REDIS_URL right?${rest}\n`,
  )
  return 3
}
