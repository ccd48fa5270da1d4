import t from 'tap'
import {
  MAX_FILE,
  type RosterFormat,
  readRoster,
  writeRoster,
} from '../../src/students/roster-file.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const problemsOf = (text: string, format: RosterFormat = 'csv') =>
  readRoster(bytes(text), format).problems

const students = [
  {
    studentId: 'BS-1',
    name: '=HYPERLINK("https://evil.example")',
    email: 'a@school.example',
    status: 'active' as const,
  },
  { studentId: 'BS-2', name: '페트라, "Petra"', email: undefined, status: 'removed' as const },
]
const links = [
  { studentId: 'BS-1', iss: 'https://one.example', sub: '-42' },
  { studentId: 'BS-1', iss: 'https://two.example', sub: 'x y' },
]

for (const format of ['csv', 'json'] as const) {
  t.test(`${format}: what is written is read again`, async (t) => {
    const { roster, problems } = readRoster(bytes(writeRoster(students, links, format)), format)
    t.same(problems, [])
    const read = new Map(
      roster.students.map(({ place: _, ...student }) => [student.studentId, student]),
    )
    t.match(
      [...read.values()],
      students.map((student) => ({ ...student, email: student.email ?? undefined })),
    )
    t.same(
      roster.links.map(({ place: _, ...link }) => link),
      links,
    )
  })
}

t.test('every mistake is told at once, with its line', async (t) => {
  const found = problemsOf(
    [
      'student_id,name,email,status,iss,sub',
      'BS-1,Ender,ender@school.example,active,,',
      '../x,,,,,',
      'BS-2,,not an address,gone,,',
      'BS-3,"a\u202eb",,,,',
      'BS-4,,,,https://one.example,',
      'BS-5,,ender@school.example,,,',
      'BS-1,Andrew,ender@school.example,active,,',
      'BS-6,,,,https://one.example,s',
      'BS-7,,,,https://one.example,s',
      'BS-8,,',
      'BS-9,,,removed,https://one.example,t',
    ].join('\n'),
  )
  for (const expected of [
    /^line 3: student_id must be a letter or digit/,
    /^line 4: email is no plain e-mail address$/,
    /^line 4: status must be active or removed$/,
    /^line 5: name holds characters that are not seen$/,
    /^line 6: sub /,
    /^line 7: email is that of BS-1$/,
    /^line 8: name of BS-1 is another at line 2$/,
    /^line 10: that login is there twice$/,
    /^line 11: has 3 cells instead of 6$/,
    /^line 12: BS-9 is removed$/,
  ]) {
    t.equal(found.filter((problem) => expected.test(problem)).length, 1, String(expected))
  }
  t.equal(found.length, 10, found.join('\n'))
})

t.test('hostile files are one complaint, not a crash', async (t) => {
  t.match(problemsOf(''), [/columns are/])
  t.match(problemsOf('student_id,student_id\n'), [/each once/])
  t.match(problemsOf('student_id,__proto__\nBS-1,x'), [/columns are/])
  t.match(readRoster(new Uint8Array(MAX_FILE + 1), 'csv').problems, [/longer than/])
  t.match(readRoster(new Uint8Array([0xff, 0xfe, 0x41]), 'csv').problems, [/not UTF-8/])
  t.match(problemsOf(`student_id\n${'BS-1\n'.repeat(50_001)}`), [/more than 50000 rows/])
  for (const json of ['{', '[]', '{}', '{"students":{}}', '{"students":[],"more":1}', 'null']) {
    t.equal(problemsOf(json, 'json').length, 1, json)
  }
  const hostile =
    '{"students":[{"student_id":"BS-1","__proto__":{"x":1}},7,null,{"student_id":["BS-1"]}]}'
  const found = problemsOf(hostile, 'json')
  t.match(found, [/^students 1: /, /^students 2: /, /^students 3: /, /^students 4: student_id/])
  t.notOk('x' in {})
})

t.test('a byte order mark and CRLF are no mistake', async (t) => {
  t.same(problemsOf('\ufeffstudent_id,name\r\nBS-1,Ender\r\n'), [])
})
