/** What every mailbox promises: one suite, run over memory, Redis and a Redis Cluster. */
import type { Test } from 'tap'
import { isPosition, MAILBOX_LIMIT, type Mailbox } from '../../src/school/mailbox.ts'

/** @param open mailboxes that nobody used before; closed by their opener */
export async function mailboxKeepsItsPromises(
  t: Test,
  open: (t: Test) => Promise<Mailbox>,
): Promise<void> {
  const texts = (page: { messages: { text: string }[] }) => page.messages.map(({ text }) => text)

  await t.test('messages are read newest first, each by its own student only', async (t) => {
    const mailbox = await open(t)
    for (const text of ['one', 'two', 'three']) await mailbox.deliver('BS-1', text)
    t.strictSame(texts(await mailbox.read('BS-1', 10)), ['three', 'two', 'one'])
    t.strictSame(await mailbox.read('BS-2', 10), { messages: [], more: false })
  })

  await t.test('a message is new until it is read', async (t) => {
    const mailbox = await open(t)
    await mailbox.deliver('BS-1', 'one')
    await mailbox.deliver('BS-1', 'two')
    t.equal(await mailbox.unread('BS-1'), 2)
    t.match(await mailbox.read('BS-1', 1), { messages: [{ text: 'two', isNew: true }], more: true })
    t.equal(await mailbox.unread('BS-1'), 1, 'what was not answered is not read')
    t.match(await mailbox.read('BS-1', 2), {
      messages: [
        { text: 'two', isNew: false },
        { text: 'one', isNew: true },
      ],
      more: false,
    })
    t.equal(await mailbox.unread('BS-1'), 0)
  })

  await t.test(
    'pages follow one another without gap or repeat, whatever comes in between',
    async (t) => {
      const mailbox = await open(t)
      for (let sent = 1; sent <= 5; sent++) await mailbox.deliver('BS-1', `${sent}`)
      const first = await mailbox.read('BS-1', 2)
      await mailbox.deliver('BS-1', 'late')
      const second = await mailbox.read('BS-1', 2, first.messages.at(-1)?.position)
      const third = await mailbox.read('BS-1', 2, second.messages.at(-1)?.position)
      t.strictSame([first, second, third].flatMap(texts), ['5', '4', '3', '2', '1'])
      t.strictSame([first.more, second.more, third.more], [true, true, false])
      t.strictSame(await mailbox.read('BS-1', 2, '1-0'), { messages: [], more: false })
    },
  )

  await t.test('a position has one form, and holds the time', async (t) => {
    const mailbox = await open(t)
    const sent = await mailbox.deliver('BS-1', 'one')
    const [message] = (await mailbox.read('BS-1', 1)).messages
    t.ok(isPosition(message?.position ?? ''))
    t.equal(message?.sentAt, sent)
    t.equal(new Date(sent).toISOString(), sent)
  })

  await t.test('a full mailbox loses its oldest message, read or not', async (t) => {
    const mailbox = await open(t)
    for (let sent = 1; sent <= MAILBOX_LIMIT + 2; sent++) await mailbox.deliver('BS-1', `${sent}`)
    t.equal(await mailbox.unread('BS-1'), MAILBOX_LIMIT, 'the marks of what is gone are gone')
    const { messages, more } = await mailbox.read('BS-1', MAILBOX_LIMIT)
    t.equal(more, false)
    t.equal(messages.length, MAILBOX_LIMIT)
    t.equal(messages.at(-1)?.text, '3')
  })

  await t.test('deliveries at once are all kept, and read as new once', async (t) => {
    const mailbox = await open(t)
    await Promise.all(Array.from({ length: 50 }, (_, at) => mailbox.deliver('BS-1', `${at}`)))
    const reads = await Promise.all([mailbox.read('BS-1', 50), mailbox.read('BS-1', 50)])
    for (const { messages } of reads) t.equal(messages.length, 50)
    const news = reads.flatMap(({ messages }) => messages.filter(({ isNew }) => isNew))
    t.equal(new Set(news.map(({ text }) => text)).size, 50)
    t.equal(news.length, 50)
  })
}
