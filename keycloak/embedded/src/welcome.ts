/** What `npm start` prints once the house stands: the URL, who may log in, and what to paste where. */
import type { Realm, RealmUser } from './realm.ts'

export function welcome(options: {
  publicUrl: string
  demoPassword: string
  realm: Realm
  /** REDIS_URL was given. */
  inRedis: boolean
}): string {
  const origin = options.publicUrl.replace(/\/$/, '')
  const url = `${origin}/mcp`
  const people = options.realm.users.map(
    (user) => `    ${user.username.padEnd(11)}${user.firstName} ${user.lastName}, ${role(user)}`,
  )
  const reachable = options.publicUrl.startsWith('https://')
  const vscode = JSON.stringify({ name: 'battle-school', type: 'http', url })
  return `
Battle School is open:  ${url}
Your page:              ${origin}/account

  For trying out, on this machine only; Ctrl-C ends it, and ${options.inRedis ? 'what it keeps stays in your Redis.' : 'nothing is left: all is in memory.'}

  People (password: ${options.demoPassword})
${people.join('\n')}

  Claude Code      claude mcp add --transport http battle-school ${url}
                   then, in Claude Code: /mcp
  VS Code          code --add-mcp '${vscode}'
  MCP Inspector    npx @modelcontextprotocol/inspector --transport http --server-url ${url}
  claude.ai and    Settings > Connectors > Add custom connector
  Claude Desktop   ${
    reachable
      ? `paste ${url}; the login page of this demo opens on this machine only.`
      : 'need a public https URL, since they connect from the network: see README.md, “Run it beside your login”.'
  }
`
}

function role(user: RealmUser): string {
  const [studentId] = user.attributes.student_id ?? []
  if (user.groups.includes('/instructors')) return 'instructor, without a record'
  return studentId === undefined ? 'not enrolled: is shown whom to ask' : `student ${studentId}`
}
