/**
 * What docs/specifications.md says, and what is wrong with it: a section a specification, a table a section,
 * `| § | requirement | word | state | test |`. Reads no file itself: the tests' titles are handed in.
 */

/** Those of which every MUST and SHOULD to an authorization or resource server has a row. */
export const SPECIFICATIONS = [
  'OAuth 2.1',
  'RFC 6750',
  'OpenID Connect Back-Channel Logout 1.0',
  'OpenID Connect Core 1.0',
  'RFC 7009',
  'RFC 7591',
  'RFC 7592',
  'RFC 7636',
  'RFC 7662',
  'RFC 8252',
  'RFC 8414',
  'RFC 8707',
  'RFC 9068',
  'RFC 9126',
  'RFC 9207',
  'RFC 9449',
  'RFC 9700',
  'RFC 9728',
  'OpenID Connect RP-Initiated Logout 1.0',
  'Client ID Metadata Documents',
  'Identity Assertion JWT Authorization Grant',
  'Enterprise-Managed Authorization',
  'MCP 2025-03-26',
  'MCP 2025-06-18',
  'MCP 2025-11-25',
  'MCP 2026-07-28',
] as const

const WORDS = ['MUST', 'MUST NOT', 'SHOULD', 'SHOULD NOT']
export const STATES = ['kept', 'not applicable', 'departs', 'owed'] as const

export interface Row {
  line: number
  /** The heading that it stands under, up to its colon. */
  specification: string
  cells: string[]
}

/** Every row below a specification's heading, whether it is well formed or not. */
export function readRows(markdown: string): Row[] {
  let specification = ''
  return markdown.split('\n').flatMap((text, at) => {
    const heading = /^## ([^:]+)/.exec(text)?.[1]
    if (heading !== undefined) specification = heading.trim()
    if (specification === '' || !text.startsWith('|') || /^\|(?: § \||[-:| ]+$)/.test(text))
      return []
    const cells = text.split(/(?<!\\)\|/).slice(1, -1)
    return [
      {
        line: at + 1,
        specification,
        cells: cells.map((cell) => cell.trim().replaceAll('\\|', '|')),
      },
    ]
  })
}

/** @param titlesOf the titles of a file's tests, or undefined where there is no such file */
export function faultsOf(
  rows: readonly Row[],
  titlesOf: (file: string) => readonly string[] | undefined,
): string[] {
  const missing = SPECIFICATIONS.filter(
    (name) => !rows.some(({ specification }) => specification === name),
  ).map((name) => `${name} has no row`)
  const wrong = rows.flatMap(({ line, specification, cells }) => {
    const [section, requirement, word = '', state = '', proof = '', ...more] = cells
    const found: string[] = []
    if (cells.length < 5 || more.length > 0) found.push(`has ${cells.length} cells instead of 5`)
    if (!section || !requirement) found.push('names no section or no requirement')
    if (!WORDS.includes(word)) found.push(`unknown word “${word}”`)
    if (!STATES.some((known) => known === state)) found.push(`unknown state “${state}”`)
    if (state === 'kept') found.push(...proofFaults(proof, titlesOf))
    if ((state === 'not applicable' || state === 'departs') && proof === '') {
      found.push(`${state} without a reason`)
    }
    return found.map((what) => `line ${line}, ${specification} §${section}: ${what}`)
  })
  return [...missing, ...wrong]
}

/** What is wrong with `file` › `title`, or with several of them. */
export function proofFaults(
  proof: string,
  titlesOf: (file: string) => readonly string[] | undefined,
): string[] {
  if (proof === '') return ['kept without a test']
  return proof.split('<br>').flatMap((reference) => {
    const [, file, title] = /^`([^`]+)` › `([^`]+)`$/.exec(reference.trim()) ?? []
    if (file === undefined || title === undefined)
      return [`“${reference}” is not \`file\` › \`title\``]
    const titles = titlesOf(file)
    if (titles === undefined) return [`no test file ${file}`]
    if (titles.includes(title)) return []
    const meant = titles.filter((known) => known.startsWith(title))
    if (meant.length === 1) return []
    return [`${meant.length} tests of ${file} begin with “${title}”`]
  })
}
