/** What the shared cache of documents promises, on every store: asserted with two replicas, a clock and a network of the test's own. */
import type { Test } from 'tap'
import { ClientDocumentError } from '../../../src/clients/client.ts'
import { createDocuments, type Documents } from '../../../src/clients/documents/documents.ts'
import type { FetchedDocument, GuardedFetch } from '../../../src/clients/documents/guarded-fetch.ts'
import { claude } from '../../../src/clients/known-documents/claude.ts'
import { lifetimes } from '../../../src/store/lifetimes.ts'
import type { Store } from '../../../src/store/store.ts'
import type { OpenStore } from '../../store/store-promises.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const CLAUDE = claude.document.client_id
const URL_A = 'https://a.example.com/client.json'
const refusal = (reason: ClientDocumentError['reason']) => ({ name: 'ClientDocumentError', reason })

interface Replica {
  documents: Documents<Record<string, unknown>>
  store: Store
}

export function documentsPromises(t: Test, open: OpenStore): void {
  /** Replicas that share their data, a clock that nobody else moves, and what the network answers. */
  function begin(t: Test) {
    const clock = { now: Date.parse('2026-11-23T12:00:00Z') }
    const fetches: string[] = []
    const waits: number[] = []
    const network = {
      fetches,
      waits,
      answer: (async (url) => fetched(url)) as GuardedFetch,
      parse: (_url: string, document: Record<string, unknown>) => {
        if (document.broken) throw new ClientDocumentError('invalid', 'broken')
        return document
      },
      /** What happens while one waits for another replica. */
      passing(ms: number) {
        clock.now += ms
      },
    }
    const settings = {
      now: () => clock.now,
      lifetimes: lifetimes({ LOGIN_TTL: 900, REFRESH_TOKEN_TTL: 30 * 86_400 }),
    }
    function replica(): Replica {
      const store = open(settings)
      t.teardown(() => store.close())
      const documents = createDocuments({
        store,
        now: settings.now,
        purpose: 'metadata',
        parse: network.parse,
        fetch: (url) => {
          fetches.push(url)
          return network.answer(url)
        },
        wait: async (ms) => {
          waits.push(ms)
          network.passing(ms)
          await new Promise((resolve) => setImmediate(resolve))
        },
      })
      return { documents, store }
    }
    return { clock, network, here: replica(), there: replica() }
  }

  t.test('CIMD §4.4: twenty reads at once on two replicas are one fetch', async (t) => {
    const { network, here, there } = begin(t)
    // It is answered when the other replica has looked twice.
    network.answer = async (url) => {
      while (network.waits.length < 2) await new Promise((resolve) => setImmediate(resolve))
      return fetched(url)
    }
    const read = await Promise.all(
      Array.from({ length: 20 }, (_, at) => (at % 2 ? there : here).documents.read(URL_A)),
    )
    t.same(network.fetches, [URL_A])
    for (const document of read) t.same(document, { of: URL_A })
  })

  t.test('a failure is everybody’s who waits for it', async (t) => {
    const { network, here, there } = begin(t)
    network.answer = async () => {
      while (network.waits.length < 2) await new Promise((resolve) => setImmediate(resolve))
      throw new ClientDocumentError('invalid', 'not JSON')
    }
    await Promise.all(
      [here, there, here, there].map(({ documents }) =>
        t.rejects(documents.read(URL_A), { reason: 'invalid', message: 'not JSON' }),
      ),
    )
    t.equal(network.fetches.length, 1)
  })

  t.test(
    'one that asked before another replica had written, and locks after it, fetches nothing',
    async (t) => {
      const { network, here, there } = begin(t)
      const claim = there.store.claim.bind(there.store)
      let asked = false
      t.intercept(there.store, 'claim', {
        value: async (...args: Parameters<Store['claim']>) => {
          if (!asked) {
            asked = true
            await here.documents.read(URL_A)
          }
          return claim(...args)
        },
      })
      t.same(await there.documents.read(URL_A), { of: URL_A })
      t.equal(network.fetches.length, 1)
    },
  )

  for (const [title, passing] of [
    ['goes on', (ms: number) => ms],
    ['stands still', () => 0],
    ['was set back', () => -HOUR],
  ] as const) {
    t.test(
      `a replica that died while it fetched holds nobody up for longer than a fetch takes: the clock ${title}`,
      async (t) => {
        const { clock, network, here, there } = begin(t)
        network.answer = () => new Promise(() => {})
        void here.documents.read(URL_A)
        while (network.fetches.length === 0) await new Promise((resolve) => setImmediate(resolve))
        network.answer = async (url) => fetched(url)
        network.passing = (ms) => {
          clock.now += passing(ms)
        }
        t.same(await there.documents.read(URL_A), { of: URL_A })
        t.equal(network.fetches.length, 2)
        const waited = network.waits.reduce((sum, ms) => sum + ms, 0)
        t.ok(waited >= 5 * SECOND && waited <= 6 * SECOND, `${waited} ms`)
      },
    )
  }

  for (const [title, freshFor, used] of [
    ['nothing said: an hour', undefined, HOUR],
    ['no-store: five minutes nevertheless', 0, 5 * MINUTE],
    ['ten minutes', 10 * MINUTE, 10 * MINUTE],
    ['a day', DAY, DAY],
    ['a year: a day nevertheless', 365 * DAY, DAY],
  ] as const) {
    t.test(`CIMD §4.4, RFC 9111: how long a copy is used: ${title}`, async (t) => {
      const { clock, network, here, there } = begin(t)
      network.answer = async (url) => fetched(url, freshFor)
      await here.documents.read(URL_A)
      clock.now += used - 1
      await there.documents.read(URL_A)
      t.equal(network.fetches.length, 1)
      clock.now += 1
      await there.documents.read(URL_A)
      t.equal(network.fetches.length, 2)
    })
  }

  for (const reason of ['refused', 'unreachable', 'gone', 'invalid'] as const) {
    t.test(`CIMD §4.4: ${reason} is remembered for five seconds, and no longer`, async (t) => {
      const { clock, network, here, there } = begin(t)
      network.answer = async () => Promise.reject(new ClientDocumentError(reason, 'why'))
      await t.rejects(here.documents.read(URL_A), refusal(reason))
      clock.now += 5 * SECOND - 1
      await t.rejects(there.documents.read(URL_A), { reason, message: 'why' })
      await t.rejects(here.documents.readAgain(URL_A), refusal(reason))
      t.equal(network.fetches.length, 1)
      network.answer = async (url) => fetched(url)
      clock.now += 1
      t.same(await there.documents.read(URL_A), { of: URL_A })
    })
  }

  t.test(
    'CIMD §4.4: a document that cannot be used is not kept: mended, it counts in five seconds',
    async (t) => {
      const { clock, network, here, there } = begin(t)
      network.answer = async () => ({ document: { broken: true }, freshFor: DAY })
      await t.rejects(here.documents.read(URL_A), refusal('invalid'))
      await t.rejects(there.documents.read(URL_A), refusal('invalid'))
      t.equal(network.fetches.length, 1)
      t.equal(await there.documents.last(URL_A), undefined)
      network.answer = async (url) => fetched(url)
      clock.now += 5 * SECOND
      t.same(await there.documents.read(URL_A), { of: URL_A })
    },
  )

  t.test(
    'one URL asked for as metadata and as keys: a verdict on the one is none on the other',
    async (t) => {
      const { network, here } = begin(t)
      const keys = createDocuments({
        store: here.store,
        now: Date.now,
        fetch: network.answer,
        purpose: 'keys',
        parse: () => {
          throw new ClientDocumentError('invalid', 'no keys')
        },
      })
      await t.rejects(keys.read(URL_A), refusal('invalid'))
      t.same(await here.documents.read(URL_A), { of: URL_A })
      await t.rejects(keys.read(URL_A), refusal('invalid'))
    },
  )

  t.test(
    'a host that is out of reach: what it said serves for a day, and what it says next at once',
    async (t) => {
      const { clock, network, here, there } = begin(t)
      await here.documents.read(URL_A)
      network.answer = async () => Promise.reject(new ClientDocumentError('unreachable', 'why'))
      clock.now += DAY - 6 * SECOND
      t.same(await there.documents.read(URL_A), { of: URL_A })
      t.same(
        await here.documents.readAgain(URL_A),
        { of: URL_A },
        'while the failure is remembered',
      )
      clock.now += 5 * SECOND
      t.same(await here.documents.readAgain(URL_A), { of: URL_A })
      t.equal(network.fetches.length, 3)
      clock.now += 5 * SECOND
      network.answer = async () => ({ document: { of: 'new' }, freshFor: undefined })
      t.same(await there.documents.read(URL_A), { of: 'new' })
    },
  )

  t.test('after a day out of reach no copy serves, not even one that is in use', async (t) => {
    const { clock, network, here, there } = begin(t)
    await here.documents.read(URL_A)
    await here.documents.keep(URL_A)
    network.answer = async () => Promise.reject(new ClientDocumentError('unreachable', 'why'))
    clock.now += DAY
    await t.rejects(there.documents.read(URL_A), refusal('unreachable'))
    t.same(await there.documents.last(URL_A), { of: URL_A }, 'though it is remembered')
  })

  for (const reason of ['refused', 'invalid', 'gone'] as const) {
    t.test(`C30: ${reason}: no copy stands in, however young`, async (t) => {
      const { clock, network, here, there } = begin(t)
      await here.documents.read(URL_A)
      await here.documents.keep(URL_A)
      clock.now += HOUR
      network.answer = async () => Promise.reject(new ClientDocumentError(reason, 'why'))
      await t.rejects(here.documents.read(URL_A), refusal(reason))
      await t.rejects(there.documents.read(URL_A), refusal(reason))
      const last = await there.documents.last(URL_A)
      if (reason === 'gone') t.equal(last, undefined, 'withdrawn')
      else t.same(last, { of: URL_A })
    })
  }

  t.test('C30: withdrawn, then out of reach: it stays withdrawn', async (t) => {
    const { clock, network, here, there } = begin(t)
    await here.documents.read(URL_A)
    clock.now += HOUR
    network.answer = async () => Promise.reject(new ClientDocumentError('gone', '410'))
    await t.rejects(here.documents.read(URL_A), refusal('gone'))
    clock.now += MINUTE
    network.answer = async () => Promise.reject(new ClientDocumentError('unreachable', 'why'))
    await t.rejects(there.documents.read(URL_A), refusal('unreachable'))
  })

  t.test('readAgain looks anew, once in half a minute', async (t) => {
    const { clock, network, here, there } = begin(t)
    await here.documents.read(URL_A)
    clock.now += MINUTE / 2 - 1
    await there.documents.readAgain(URL_A)
    t.equal(network.fetches.length, 1)
    clock.now += 1
    network.answer = async () => ({ document: { of: 'new' }, freshFor: undefined })
    t.same(await there.documents.readAgain(URL_A), { of: 'new' })
    t.same(await here.documents.readAgain(URL_A), { of: 'new' })
    t.equal(network.fetches.length, 2)
  })

  t.test('what was read is forgotten after a day, what is in use is not', async (t) => {
    const { clock, here, there } = begin(t)
    const other = 'https://b.example.com/client.json'
    t.equal(await here.documents.last(URL_A), undefined)
    await here.documents.read(URL_A)
    await here.documents.read(other)
    await there.documents.keep(other)
    clock.now += DAY
    t.equal(await there.documents.last(URL_A), undefined)
    t.same(await there.documents.last(other), { of: other })
    clock.now += 29 * DAY
    await there.documents.read(other)
    clock.now += DAY - 1
    t.same(await there.documents.last(other), { of: other }, 'a new copy is not shorter-lived')
  })

  t.test(
    'an unexpected failure is no verdict: it is thrown, and the next one fetches',
    async (t) => {
      const { network, here, there } = begin(t)
      network.answer = async () => Promise.reject(new TypeError('a bug'))
      await t.rejects(here.documents.read(URL_A), TypeError)
      network.answer = async (url) => fetched(url)
      t.same(await there.documents.read(URL_A), { of: URL_A })
      t.same(network.waits, [], 'the lock was given back')
    },
  )

  t.test(
    'a stranger may have a hundred and twenty fetches a minute from one host; other hosts go on',
    async (t) => {
      const { clock, network, here, there } = begin(t)
      const read = (at: number, host: string) =>
        (at % 2 ? there : here).documents.read(`https://${host}/${at}`)
      for (let at = 0; at < 120; at++) await read(at, 'one.example.com')
      // Many more than all hosts together may have.
      for (let at = 120; at < 800; at++) {
        await read(at, 'one.example.com').catch((error: ClientDocumentError) => {
          if (error.reason !== 'unreachable') throw error
        })
      }
      t.equal(network.fetches.length, 120)
      t.same(await read(1, 'two.example.com'), { of: 'https://two.example.com/1' })
      clock.now += MINUTE
      t.same(await read(801, 'one.example.com'), { of: 'https://one.example.com/801' })
    },
  )

  t.test(
    'two hundred and forty fetches a minute in all; who is known then is known still',
    async (t) => {
      const { clock, network, here, there } = begin(t)
      await here.documents.read(URL_A)
      clock.now += HOUR
      for (let at = 0; at < 240; at++) await here.documents.read(`https://h${at}.example.com/c`)
      const more = there.documents.read('https://h240.example.com/c')
      await t.rejects(more, refusal('unreachable'))
      t.equal(network.fetches.length, 241)
      t.same(await there.documents.read(URL_A), { of: URL_A })
      t.equal(network.fetches.length, 242, 'what is kept is not counted among them')
      clock.now += MINUTE
      t.ok(await there.documents.read('https://h241.example.com/c'))
    },
  )

  t.test('one address has thirty fetches a minute; others, and what is known, go on', async (t) => {
    const { clock, here, there } = begin(t)
    const read = (at: number, from: string) =>
      (at % 2 ? there : here).documents.read(`https://h${at}.example.com/c`, from)
    for (let at = 0; at < 30; at++) await read(at, '192.0.2.1')
    await t.rejects(read(30, '192.0.2.1'), refusal('unreachable'))
    t.ok(await read(31, '192.0.2.2'))
    t.ok(await read(1, '192.0.2.1'), 'its copy serves')
    clock.now += MINUTE
    t.ok(await read(32, '192.0.2.1'))
  })

  t.test('attack: who asks too much makes nothing fail for others', async (t) => {
    const { network, here, there } = begin(t)
    const read = (at: number) => here.documents.read(`https://h${at}.example.com/c`, '192.0.2.1')
    for (let at = 0; at < 30; at++) await read(at)
    await t.rejects(here.documents.read(URL_A, '192.0.2.1'), refusal('unreachable'))
    t.same(await here.documents.read(URL_A, '192.0.2.2'), { of: URL_A }, 'a moment later')
    const url = 'https://b.example.com/c'
    const [refused, served] = await Promise.allSettled([
      there.documents.read(url, '192.0.2.1'),
      there.documents.read(url, '192.0.2.2'),
    ])
    t.match([refused.status, served.status], ['rejected', 'fulfilled'], 'at the same time')
    t.equal(network.fetches.length, 32)
  })

  t.test(
    'attack: whatever strangers ask of a host, what is kept of it is fetched anew',
    async (t) => {
      const { clock, network, here, there } = begin(t)
      await here.documents.read(URL_A)
      await here.documents.keep(URL_A)
      // Nobody needed it for so long that the copy alone would not do.
      clock.now += 2 * DAY
      for (let at = 0; at < 130; at++) {
        await there.documents.read(`https://a.example.com/${at}`).catch(() => undefined)
      }
      network.answer = async () => ({ document: { of: 'new' }, freshFor: undefined })
      t.same(await here.documents.read(URL_A), { of: 'new' })
      clock.now += MINUTE
      // Nor do hosts that never answer stand in its way.
      let stop = () => {}
      const stopped = new Promise<void>((resolve) => {
        stop = resolve
      })
      network.answer = async (url) => {
        if (url !== URL_A) await stopped
        return { document: { of: 'newer' }, freshFor: undefined }
      }
      const before = network.fetches.length
      const slow = Array.from({ length: 64 }, (_, at) =>
        here.documents.read(`https://slow${at}.example.com/c`),
      )
      while (network.fetches.length < before + 64) {
        await new Promise((resolve) => setImmediate(resolve))
      }
      t.same(await here.documents.readAgain(URL_A), { of: 'newer' })
      stop()
      await Promise.all(slow)
    },
  )

  t.test(
    'what is kept is fetched anew from one host a hundred and twenty times a minute',
    async (t) => {
      const { clock, network, here, there } = begin(t)
      const url = (at: number) => `https://a.example.com/${at}`
      for (let at = 0; at < 121; at++) {
        if (at === 120) clock.now += MINUTE
        await here.documents.read(url(at))
      }
      clock.now += 2 * HOUR
      network.fetches.length = 0
      for (let at = 0; at < 121; at++) {
        t.same(await there.documents.read(url(at)), { of: url(at) }, 'its copy serves')
      }
      t.equal(network.fetches.length, 120)
    },
  )

  t.test(
    'a flood of new documents is kept for as long as a login takes, not for a day',
    async (t) => {
      const { clock, here } = begin(t)
      for (let at = 0; at < 301; at++) {
        if (at % 100 === 0) clock.now += MINUTE
        await here.documents.read(`https://h${at}.example.com/c`)
      }
      clock.now += 16 * MINUTE
      t.ok(await here.documents.last('https://h299.example.com/c'))
      t.equal(await here.documents.last('https://h300.example.com/c'), undefined)
      clock.now += HOUR
      t.ok(await here.documents.last('https://h0.example.com/c'))
    },
  )

  t.test(
    'C30: a well-known document that is withdrawn is remembered, until its owner puts it back',
    async (t) => {
      const { clock, network, here, there } = begin(t)
      network.answer = async () => Promise.reject(new ClientDocumentError('gone', '404'))
      await t.rejects(here.documents.read(CLAUDE), refusal('gone'))
      clock.now += 6_000
      network.answer = async () => Promise.reject(new ClientDocumentError('unreachable', '403'))
      await t.rejects(there.documents.read(CLAUDE), refusal('unreachable'))
      t.equal(await there.documents.isWithdrawn(CLAUDE), true)
      clock.now += 6_000
      network.answer = async (url) => fetched(url)
      t.ok(await here.documents.read(CLAUDE))
      t.equal(await here.documents.isWithdrawn(CLAUDE), false)
    },
  )

  t.test('attack: of a stranger’s URL that leads nowhere nothing stays', async (t) => {
    const { clock, network, here } = begin(t)
    network.answer = async () => Promise.reject(new ClientDocumentError('gone', '404'))
    await t.rejects(here.documents.read(URL_A), refusal('gone'))
    clock.now += 6 * SECOND
    t.equal(await here.documents.isWithdrawn(URL_A), false)
    t.equal(await here.store.get('document_failure', `metadata ${URL_A}`), undefined)
  })

  t.test('sixty-four fetches at a time in one replica', async (t) => {
    const { network, here, there } = begin(t)
    let answer = () => {}
    const answered = new Promise<void>((resolve) => {
      answer = resolve
    })
    network.answer = async (url) => {
      await answered
      return fetched(url)
    }
    const slow = Array.from({ length: 64 }, (_, at) =>
      here.documents.read(`https://slow${at}.example.com/c`),
    )
    while (network.fetches.length < 64) await new Promise((resolve) => setImmediate(resolve))
    await t.rejects(here.documents.read(URL_A), refusal('unreachable'))
    t.equal(network.fetches.length, 64)
    answer()
    await Promise.all(slow)
    t.ok(await there.documents.read('https://b.example.com/c'))
  })
}

function fetched(url: string, freshFor?: number): FetchedDocument {
  return { document: { of: url }, freshFor }
}
