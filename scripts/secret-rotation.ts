/**
 * SECRET_KEY in an .env file, changed in the two steps of docs/adr/0012: a replica must know a key before another uses it.
 * Between them a comment marks which of FORMER_SECRET_KEYS is the key to come.
 */
import { EnvFileError, findSetting, linesOf, written } from './env-file.ts'

const MARK =
  '# rotate-secret: the first of FORMER_SECRET_KEYS is the next SECRET_KEY, not in use yet.'

interface KeysInFile {
  lines: string[]
  current: string
  former: string[]
  prepared: boolean
}

/** The new key is the first that every gateway reads, and none writes with it yet. @throws EnvFileError */
export function prepare(text: string, next: string): string {
  const { lines, current, former, prepared } = read(text)
  if (prepared) {
    throw new EnvFileError(
      'a new key is prepared already: bring it to every gateway, then --finish',
    )
  }
  return write(lines, current, [next, ...former], true)
}

/** The prepared key is the current one. The one before it stays readable, with the latest others. @throws EnvFileError */
export function finish(text: string, keep: number): { text: string; dropped: number } {
  const { lines, current, former, prepared } = read(text)
  const [next, ...others] = former
  if (!prepared || next === undefined) {
    throw new EnvFileError('no new key is prepared: say --prepare first')
  }
  const all = [current, ...others]
  const kept = all.slice(0, keep)
  return { text: write(lines, next, kept, false), dropped: all.length - kept.length }
}

function read(text: string): KeysInFile {
  const all = linesOf(text)
  const lines = all.filter((line) => line.trimEnd() !== MARK)
  const current = findSetting(lines, 'SECRET_KEY')?.value ?? ''
  if (current === '') throw new EnvFileError('SECRET_KEY is not set in it')
  const former = findSetting(lines, 'FORMER_SECRET_KEYS')?.value ?? ''
  return {
    lines,
    current,
    former: former.split(',').flatMap((key) => key.trim() || []),
    prepared: lines.length < all.length,
  }
}

function write(lines: string[], current: string, former: string[], prepared: boolean): string {
  const next = [...lines]
  const key = findSetting(next, 'SECRET_KEY')
  if (key === undefined) throw new EnvFileError('SECRET_KEY is not set in it')
  const end = /\r?\n$/.exec(key.after)?.[0] ?? '\n'
  // The last line of a file may have no end.
  const after = key.after.endsWith('\n') ? key.after : key.after + end
  next[key.at] = `${key.before}${written('SECRET_KEY', current)}${after}`

  const list = written('FORMER_SECRET_KEYS', former.join(','))
  const mark = prepared ? [`${MARK}${end}`] : []
  const old = findSetting(next, 'FORMER_SECRET_KEYS')
  if (old) next.splice(old.at, 1, ...mark, `${old.before}${list}${old.after}`)
  else next.splice(key.at + 1, 0, ...mark, `FORMER_SECRET_KEYS=${list}${end}`)
  return next.join('')
}
