/** CSV (RFC 4180) that a spreadsheet may open: what it would take for a formula is marked as text, and read back as it was. */

export interface CsvRow {
  /** Of the file, counted from 1: where the row begins. */
  line: number
  cells: string[]
}

// What Excel, LibreOffice and Google Sheets evaluate, and the mark itself, so that it can be taken away again.
const FORMULA = /^[=+\-@\t\r\n'＝＋－＠]/

export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

function csvCell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** Every row, and every mistake with its line; a row with a mistake is left out. */
export function readCsv(text: string): { rows: CsvRow[]; problems: string[] } {
  const rows: CsvRow[] = []
  const problems: string[] = []
  let at = 0
  let line = 1
  while (at < text.length) {
    const begin = line
    const cells: string[] = []
    let broken: string | undefined
    for (;;) {
      const cell = readCell(text, at)
      line += cell.lines
      at = cell.end
      broken ??= cell.problem
      cells.push(cell.value)
      if (text[at] !== ',') break
      at++
    }
    if (text[at] === '\r') at++
    if (text[at] === '\n') at++
    line++
    if (broken !== undefined) problems.push(`line ${begin}: ${broken}`)
    else if (cells.length > 1 || cells[0] !== '') rows.push({ line: begin, cells })
  }
  return { rows, problems }
}

interface Cell {
  value: string
  end: number
  /** Line ends within it. */
  lines: number
  problem?: string
}

function readCell(text: string, from: number): Cell {
  if (text[from] !== '"') {
    let end = from
    while (end < text.length && !',\r\n'.includes(text[end] ?? '')) end++
    const value = text.slice(from, end)
    const problem = value.includes('"') ? { problem: 'a quote within a cell without quotes' } : {}
    return { value: plain(value), end, lines: 0, ...problem }
  }
  let value = ''
  let end = from + 1
  for (;;) {
    const quote = text.indexOf('"', end)
    if (quote < 0) {
      const lines = text.slice(from).split('\n').length - 1
      return { value, end: text.length, lines, problem: 'a quote that is never closed' }
    }
    value += text.slice(end, quote)
    end = quote + 1
    if (text[end] !== '"') break
    value += '"'
    end++
  }
  const lines = value.split('\n').length - 1
  if (end >= text.length || ',\r\n'.includes(text[end] ?? '')) {
    return { value: plain(value), end, lines }
  }
  while (end < text.length && !',\r\n'.includes(text[end] ?? '')) end++
  return { value, end, lines, problem: 'text after a closing quote' }
}

function plain(value: string): string {
  return value.startsWith("'") ? value.slice(1) : value
}
