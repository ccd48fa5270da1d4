/** docs/guides: what is done inside the running house is run as it stands there; what starts or empties it is not. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const guides = new URL('../../docs/guides/', import.meta.url)
const COMPOSE_FILE = fileURLToPath(new URL('../../docker-compose.yml', import.meta.url))
const INSIDE = /^docker compose (?:cp|exec|logs|ps)\b/

const folder = mkdtempSync(join(tmpdir(), 'guides-'))
t.teardown(() => rmSync(folder, { recursive: true }))
// The file that the guide tells people to have.
writeFileSync(
  join(folder, 'students.csv'),
  'student_id,name,email\nBS-2401,Ender Wiggin,ender@school.example\n',
)

const run = (command: string) =>
  spawnSync('bash', ['-c', command], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, COMPOSE_FILE },
  })

for (const file of readdirSync(guides)) {
  const text = readFileSync(new URL(file, guides), 'utf8')
  const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, body = '']) => body)
  const commands = blocks.flatMap((body) => body.split('\n')).filter((line) => INSIDE.test(line))
  if (commands.length === 0) continue
  t.test(`docs/guides/${file}`, async (t) => {
    for (const command of commands) {
      const { status, stdout, stderr } = run(command)
      t.equal(status, 0, command, { stdout, stderr })
    }
  })
}

t.test('docs/guides/enrolment.md: the doctor in the container says why', async (t) => {
  const claims = { iss: 'http://localhost:8080/realms/battle-school', sub: 'a-cook' }
  writeFileSync(join(folder, 'claims.json'), JSON.stringify(claims))
  t.equal(run('docker compose cp claims.json gateway:/tmp/claims.json').status, 0)
  const { status, stdout } = run(
    'docker compose exec -T gateway node gateway/dist/doctor.js --explain /tmp/claims.json',
  )
  t.equal(status, 1)
  t.match(stdout, /result {4}refused/)
})
