/**
 * One setting of an .env file, read and written where it stands: comments, order and line ends stay. Only what
 * `docker compose` reads as it is written is read: values with substitutions or escapes are refused, not guessed.
 */
export class EnvFileError extends Error {
  override readonly name = 'EnvFileError'
}

const PLAIN = /^([ \t]*)([^\s'"`$\\#](?:[ \t]*[^\s'"`$\\])*?|)(\s+#.*|\s*)$/
const QUOTED = /^([ \t]*)(?:'([^']*)'|"([^"$\\]*)")(\s+#.*|\s*)$/

/** The lines with their ends, so that joining them is the file again. */
export function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}

interface Found {
  at: number
  before: string
  value: string
  after: string
}

/** @throws EnvFileError where the setting is there twice, or is not plainly written */
export function findSetting(lines: readonly string[], name: string): Found | undefined {
  const setting = new RegExp(`^(\\s*(?:export\\s+)?${name}\\s*=)(.*?)(\\r?\\n?)$`)
  const [first, ...more] = lines.flatMap((line, at) => {
    const found = setting.exec(line)
    return found
      ? [{ at, before: found[1] ?? '', written: found[2] ?? '', end: found[3] ?? '' }]
      : []
  })
  if (first === undefined) return undefined
  if (more.length > 0) throw new EnvFileError(`${name} is set twice`)
  const { at, before, written, end } = first
  const plain = PLAIN.exec(written)
  if (plain) {
    const [, space = '', value = '', tail = ''] = plain
    return { at, before: before + space, value, after: tail + end }
  }
  const quoted = QUOTED.exec(written)
  if (quoted) {
    const [, space = '', single, double = '', tail = ''] = quoted
    return { at, before: before + space, value: single ?? double, after: tail + end }
  }
  throw new EnvFileError(
    `${name} is written with a substitution, an escape or an open quote: write its value plainly, or in single quotes`,
  )
}

/** As it is written into the file. @throws EnvFileError for what no quotes can hold */
export function written(name: string, value: string): string {
  if (PLAIN.exec(value)?.[2] === value) return value
  if (value.includes("'")) throw new EnvFileError(`${name} holds a single quote`)
  return `'${value}'`
}
