
import { Laboratory } from './laboratory.ts'
import { mutations } from './mutations.ts'
const laboratory = new Laboratory()
for (const { threat, file, from, to, test, title } of mutations.filter(({threat}) => /^T10[3-8]$/.test(threat))) {
  const { passed, failed } = await laboratory.withChange(file, from, to, test)
  console.log(threat, !passed && failed.some((n) => n.startsWith(title)) ? 'NOTICED' : 'MISSED', from.slice(0,40), failed.slice(0,3))
}
laboratory.close()
