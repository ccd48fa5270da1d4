/** A real Chromium that is here already: nothing is downloaded. */
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import type { Test } from 'tap'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']

/** CHROMIUM, else the first of the usual names on PATH. @throws Error with one clear sentence */
export function findChromium({ CHROMIUM, PATH = '' }: NodeJS.ProcessEnv): string {
  const folders = PATH.split(delimiter).filter(Boolean)
  const paths = CHROMIUM
    ? [CHROMIUM]
    : NAMES.flatMap((name) => folders.map((folder) => join(folder, name)))
  const found = paths.find(isExecutable)
  if (found !== undefined) return found
  throw new Error(
    CHROMIUM
      ? `These tests need a Chromium, and CHROMIUM names none: ${CHROMIUM}`
      : `These tests need a Chromium: set CHROMIUM to its path, or have ${NAMES.join(', ')} on PATH.`,
  )
}

export async function openChromium(t: Test): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: findChromium(process.env),
    // Chromium does not start as root with its sandbox.
    chromiumSandbox: process.getuid?.() !== 0,
    // As people have it: Back may show a page as it was left. Playwright does not see that, so goBack hangs where it happens.
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
    // There is no other host: whatever the browser itself would ask for stays here.
    args: ['--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1'],
  })
  t.teardown(() => browser.close())
  return browser
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
