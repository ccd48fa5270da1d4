import { type AuthInfo, createMcpHandler } from '@modelcontextprotocol/server'
import t from 'tap'
import { battleSchool } from '../src/school/battle-school.ts'
import { MemorySchoolStore } from '../src/school/memory-school-store.ts'
import { schoolServer } from '../src/school-server.ts'
import { askedByHeaders } from '../src/serving.ts'
import { modernRequest, type Params } from './support/modern.ts'
import { silentNotifier } from './support/visit.ts'

/** The school's answers to one person, told what is asked or not. */
function answers(authInfo: AuthInfo, told: boolean) {
  const createServer = schoolServer(new MemorySchoolStore(battleSchool), (error) => t.error(error))
  const handler = createMcpHandler(
    (context) => {
      const asked = told ? askedByHeaders(context.requestInfo?.headers) : undefined
      return createServer({ ...context, ...(asked && { asked }), notify: silentNotifier })
    },
    { legacy: 'reject' },
  )
  t.teardown(() => handler.close())
  return async (method: string, params?: Params) => {
    const request = new Request('http://localhost/mcp', modernRequest(method, params))
    const response = await handler.fetch(request, { authInfo })
    const challenge = response.headers.get('www-authenticate')
    return { status: response.status, challenge, text: await response.text() }
  }
}

function caller(roles: string[], scopes: string[], studentId?: string): AuthInfo {
  const person = { id: 'person', roles, scopes, ...(studentId && { studentId }) }
  return { token: '', clientId: 'client', scopes, extra: { person } }
}

const both = ['school:read', 'school:write']
const people = {
  student: caller(['student'], both, 'BS-2401'),
  'student without scopes': caller(['student'], [], 'BS-2401'),
  instructor: caller(['instructor'], [...both, 'school:instruct']),
  'instructor without school:instruct': caller(['instructor'], both),
  'student and instructor': caller(['student', 'instructor'], both, 'BS-2401'),
  nobody: caller([], both),
}

const requests: [string, Params?][] = [
  ['server/discover'],
  ['tools/list'],
  ['tools/list', { cursor: 'unknown' }],
  ['tools/call', { name: 'get_student_info', arguments: {} }],
  ['tools/call', { name: 'get_student_info', arguments: { studentName: 7 } }],
  ['tools/call', { name: 'get_my_army', arguments: {} }],
  ['tools/call', { name: 'unknown', arguments: {} }],
  ['tools/call', { name: 'constructor', arguments: {} }],
  ['tools/call', { name: 'instructor_message', arguments: {} }],
  ['tools/call', {}],
  ['prompts/list'],
  ['prompts/get', { name: 'instructor_message' }],
  ['prompts/get', { name: 'get_my_army' }],
  ['resources/list'],
  ['resources/list', { cursor: 'unknown' }],
  ['resources/templates/list'],
  ['resources/read', { uri: 'school://standings' }],
  ['resources/read', { uri: 'school://armies/Dragon%20Army' }],
  ['resources/read', { uri: 'school://unknown' }],
  ['resources/read', { uri: 'no uri' }],
  ['resources/read', { uri: 'school://students/BS-2401' }],
  ['resources/read', { uri: 'school://students/BS-9999' }],
  ['completion/complete', {}],
  [
    'completion/complete',
    {
      ref: { type: 'ref/resource', uri: 'school://armies/{name}' },
      argument: { name: 'name', value: 'Dragon' },
    },
  ],
  ['prompts/get', { name: 'debrief', arguments: { armyName: 'Dragon Army' } }],
  ['unknown/method'],
]

for (const [who, authInfo] of Object.entries(people)) {
  t.test(`${who}: a server of what is asked answers as one of everything does`, async (t) => {
    const [told, untold] = [answers(authInfo, true), answers(authInfo, false)]
    for (const [method, params] of requests) {
      const expected = await untold(method, params)
      t.match(expected.status, Number, method)
      t.strictSame(await told(method, params), expected, `${method} ${JSON.stringify(params)}`)
    }
  })
}

t.test('each role is offered what it can use', async (t) => {
  const listed = async (who: keyof typeof people, method: 'tools/list' | 'prompts/list') => {
    const { result } = JSON.parse((await answers(people[who], true)(method)).text)
    const offered: { name: string }[] = result.tools ?? result.prompts
    return offered.map(({ name }) => name)
  }
  const forAll = ['get_student_info', 'get_opponent_army']
  const students = await listed('student', 'tools/list')
  const instructors = await listed('instructor', 'tools/list')
  for (const name of forAll) t.ok(students.includes(name) && instructors.includes(name), name)
  for (const name of ['get_my_army', 'read_my_messages']) {
    t.ok(students.includes(name) && !instructors.includes(name), name)
  }
  t.ok(instructors.includes('send_instructor_message'))
  t.notOk(students.includes('send_instructor_message'))
  t.strictSame(
    await listed('student without scopes', 'tools/list'),
    students,
    'what a scope can open is listed',
  )
})

t.test(
  'MCP, Capabilities: all that is there is announced, changes only to who may read',
  async (t) => {
    for (const [who, authInfo] of Object.entries(people)) {
      const { result } = JSON.parse((await answers(authInfo, true)('server/discover')).text)
      const mayRead = who !== 'student without scopes'
      t.match(result.instructions, /person who is signed in/)
      t.strictSame(
        result.capabilities,
        {
          tools: { listChanged: false },
          prompts: { listChanged: false },
          resources: { ...(mayRead && { subscribe: true }), listChanged: false },
          completions: {},
          logging: {},
        },
        who,
      )
    }
  },
)
