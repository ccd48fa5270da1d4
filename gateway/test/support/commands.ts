/** The house as the commands see it, on memory, and what they say on the terminal. */
import { writeFileSync } from 'node:fs'
import type { Test } from 'tap'
import { directoryCommand } from '../../src/commands/directory-command.ts'
import { doctorCommand } from '../../src/commands/doctor-command.ts'
import { readConfig } from '../../src/config.ts'
import { lifetimes } from '../../src/store/lifetimes.ts'
import { createMemoryStore } from '../../src/store/memory-store.ts'
import { createDirectory } from '../../src/students/directory.ts'
import { policyOf } from '../../src/students/policy.ts'
import { providerSettings } from '../../src/upstream/read-provider-settings.ts'

export const ISSUER = 'https://sso.school.example'
export const RULES = JSON.stringify([
  { by: 'group', name: 'banned', groups: ['banned'], outcome: 'refused' },
  { by: 'link', name: 'known', outcome: 'student' },
  {
    by: 'email',
    name: 'mail',
    provider: 'default',
    domains: ['school.example'],
    outcome: 'student',
  },
])

/** @param inMemory as with an empty REDIS_URL; else the store in memory stands for Redis */
export function openHouse(
  t: Test,
  environment: Record<string, string> = { ENROLMENT_RULES: RULES },
  inMemory = false,
) {
  const config = readConfig({
    SECRET_KEY: 'a secret key of the tests that is long enough',
    OIDC_ISSUER: ISSUER,
    OIDC_CLIENT_SECRET: 'upstream secret',
    ...environment,
  })
  const now = () => Date.parse('2026-11-29T12:00:00Z')
  const store = createMemoryStore({ now, lifetimes: lifetimes(config) })
  const policy = policyOf(config)
  const house = { store, policy, directory: createDirectory({ policy, store, audit() {}, now }) }
  const said = { out: '', err: '' }
  const terminal = {
    out(text: string) {
      said.out += text
    },
    err(text: string) {
      said.err += text
    },
  }
  const fresh = () => Object.assign(said, { out: '', err: '' })
  return {
    ...house,
    async run(...words: string[]) {
      fresh()
      const code = await directoryCommand(house, words, 'anderson', terminal)
      return { code, ...said }
    },
    async doctor(...words: string[]) {
      fresh()
      const code = await doctorCommand(
        { house, inMemory, providers: providerSettings(config), environment },
        words,
        terminal,
      )
      return { code, ...said }
    },
    file(name: string, text: string) {
      const path = `${t.testdir()}/${name}`
      writeFileSync(path, text)
      return path
    },
  }
}

export const ROSTER = `student_id,name,email,iss,sub\nBS-1,Ender,ender@school.example,${ISSUER},sub-1\nBS-2,'=Bean,,,\n`
