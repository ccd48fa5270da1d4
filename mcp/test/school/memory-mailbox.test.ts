import t from 'tap'
import { MemoryMailbox } from '../../src/school/memory-mailbox.ts'
import { mailboxKeepsItsPromises } from './mailbox-promises.ts'

await mailboxKeepsItsPromises(t, async () => new MemoryMailbox())

t.test('messages of one millisecond keep their order', async (t) => {
  const mailbox = new MemoryMailbox(() => 1_000)
  for (let sent = 1; sent <= 12; sent++) await mailbox.deliver('BS-1', `${sent}`)
  const { messages } = await mailbox.read('BS-1', 2)
  const older = await mailbox.read('BS-1', 10, messages.at(-1)?.position)
  t.equal(older.messages[0]?.text, '10')
  t.equal(messages[0]?.sentAt, '1970-01-01T00:00:01.000Z')
})
