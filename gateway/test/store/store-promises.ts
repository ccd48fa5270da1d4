/** What every store promises (ADR 5), asserted on what it answers only. */
import type { Test } from 'tap'
import {
  type MintedToken,
  mintToken,
  newGrantId,
  type TokenReference,
} from '../../src/oauth/token-value.ts'
import { type Lifetimes, lifetimes } from '../../src/store/lifetimes.ts'
import type { GrantRecord } from '../../src/store/records/grant.ts'
import {
  type IssuedAccessToken,
  type IssuedRefreshToken,
  MAX_SPENT_REFRESH_TOKENS,
  type Store,
} from '../../src/store/store.ts'

export interface StoreSettings {
  now: () => number
  lifetimes: Lifetimes
}

/** Opens one replica; two opened with the same settings see the same data. */
export type OpenStore = (settings: StoreSettings) => Store

const START = Date.parse('2026-11-23T12:00:00Z')
const MINUTE = 60_000
const HOUR = 3_600_000
const use = { lastUsedAt: START, address: '127.0.0.1' }
const client = {
  version: 1 as const,
  client_id: 'c1',
  client_id_issued_at: 1,
  redirect_uris: ['https://a/cb'],
  grant_types: [],
  response_types: [],
  token_endpoint_auth_method: 'none' as const,
}

export function grantOf(id: string, more: Partial<GrantRecord> = {}): GrantRecord {
  return {
    version: 1,
    id,
    iss: 'https://sso',
    sub: 'sub',
    rule: 'student_claim',
    personId: 'person',
    roles: ['student'],
    client_id: 'client',
    redirect_uri: 'https://a/cb',
    code_challenge: 'x',
    resource: 'https://door/mcp',
    scopeConsented: ['school:read'],
    scopeGranted: ['school:read'],
    createdAt: START,
    ...more,
  }
}

export function storePromises(t: Test, open: OpenStore): void {
  const begin = (t: Test) => {
    const clock = { now: START }
    const settings = {
      now: () => clock.now,
      lifetimes: lifetimes({ LOGIN_TTL: 900, REFRESH_TOKEN_TTL: 30 * 86_400 }),
    }
    const store = open(settings)
    t.teardown(() => store.close())
    return {
      clock,
      store,
      replica: () => {
        const other = open(settings)
        t.teardown(() => other.close())
        return other
      },
    }
  }

  t.test('extend: a record lives at least so long, and never shorter than before', async (t) => {
    const { store, replica, clock } = begin(t)
    await store.put('client', 'extended', client, HOUR)
    t.equal(await store.extend('client', 'extended', MINUTE), true)
    clock.now += HOUR - 1
    t.match(await store.get('client', 'extended'), client, 'not shortened')
    t.equal(await replica().extend('client', 'extended', HOUR), true)
    clock.now += HOUR - 1
    t.match(await store.get('client', 'extended'), client, 'lengthened')
    clock.now += 2
    t.equal(await store.extend('client', 'extended'), false, 'what is over does not come back')
    t.equal(await store.extend('client', 'never'), false)
    t.equal(await store.get('client', 'extended'), undefined)
  })

  t.test('extend leaves alone what was consumed, and what stays for ever', async (t) => {
    const { store, clock } = begin(t)
    await store.put('spent', 'left-alone', { version: 1 }, MINUTE)
    await store.consume('spent', 'left-alone')
    await store.extend('spent', 'left-alone', HOUR)
    t.equal((await store.consume('spent', 'left-alone'))?.first, false)
    const link = { version: 1, owner: 'p', iss: 'i', studentId: 'x', linkedAt: 1 } as const
    await store.put('link', 'left-alone', link)
    t.equal(await store.extend('link', 'left-alone', MINUTE), true)
    clock.now += HOUR
    t.match(await store.get('link', 'left-alone'), link)
  })

  t.test('replace: another record with the end that the first one had', async (t) => {
    const { store, clock } = begin(t)
    t.equal(await store.replace('client', 'replaced', client), false, 'nothing is there')
    t.equal(await store.get('client', 'replaced'), undefined)
    await store.put('client', 'replaced', client, HOUR)
    t.equal(await store.replace('client', 'replaced', { ...client, client_name: 'new' }), true)
    t.match(await store.get('client', 'replaced'), { client_name: 'new' })
    clock.now += HOUR
    t.equal(await store.get('client', 'replaced'), undefined)
    t.equal(await store.replace('client', 'replaced', client), false)
  })

  t.test('drop: gone, and free to be claimed', async (t) => {
    const { store } = begin(t)
    await store.put('client', 'dropped', client)
    await store.drop('client', 'dropped')
    await store.drop('client', 'dropped')
    t.equal(await store.get('client', 'dropped'), undefined)
    t.equal(await store.claim('client', 'dropped', client, MINUTE), undefined)
  })

  const studentOf = (studentId: string) => ({
    version: 1 as const,
    studentId,
    status: 'active' as const,
    createdAt: START,
    changedAt: START,
  })

  t.test('list: page by page in the order of ids, forwards and backwards', async (t) => {
    const { store, replica } = begin(t)
    const mark = newGrantId()
    const ids = Array.from({ length: 7 }, (_, at) => `${mark}.${at}`)
    await Promise.all(ids.map((id) => store.put('student', id, studentOf(id))))
    await store.claim('student', ids[0] ?? '', studentOf('other'))
    const walk = async (backwards: boolean) => {
      const found: string[] = []
      let after: string | undefined
      do {
        const page = await replica().list('student', { after, limit: 3, backwards })
        t.ok(page.entries.length <= 3)
        for (const { id, record } of page.entries) {
          if (!id.startsWith(mark)) continue
          t.same(record, studentOf(id))
          found.push(id)
        }
        t.ok(page.total >= ids.length)
        after = page.next
      } while (after !== undefined)
      return found
    }
    t.same(await walk(false), ids)
    t.same(await walk(true), [...ids].reverse())
  })

  t.test('list: what was dropped or is over is not there; what is written anew is', async (t) => {
    const { store, clock } = begin(t)
    const mark = newGrantId()
    const history = { version: 1 as const, at: START, action: 'linked' as const, by: 'a test' }
    for (const name of ['dropped', 'short', 'long']) {
      await store.put('history', `${mark}.${name}`, history, name === 'short' ? MINUTE : HOUR)
    }
    const names = async () => {
      const { entries } = await store.list('history', { after: mark, limit: 3 })
      return entries.map(({ id }) => id.slice(mark.length + 1)).filter((id) => id.length < 8)
    }
    t.same(await names(), ['dropped', 'long', 'short'])
    await store.drop('history', `${mark}.dropped`)
    t.same(await names(), ['long', 'short'])
    clock.now += MINUTE
    t.same(await names(), ['long'])
    t.equal(await store.claim('history', `${mark}.short`, history, HOUR), undefined)
    t.same(await names(), ['long', 'short'])
  })

  t.test('list: a record that comes back while the index is cleaned is listed', async (t) => {
    const { store, replica, clock } = begin(t)
    const other = replica()
    const mark = newGrantId()
    const history = { version: 1 as const, at: START, action: 'linked' as const, by: 'a test' }
    for (let round = 0; round < 20; round++) {
      const id = `${mark}.${round}`
      await store.put('history', id, history, MINUTE)
      clock.now += MINUTE
      await Promise.all([store.list('history', { after: mark }), other.put('history', id, history)])
      const { entries } = await store.list('history', { after: mark, limit: 100 })
      t.ok(entries.some((entry) => entry.id === id))
    }
  })

  t.test(
    'narrow: the access tokens of a grant are dead on every replica, and the grant lives',
    async (t) => {
      const { store, replica, clock } = begin(t)
      const other = replica()
      const [id, bystander] = [newGrantId(), newGrantId()]
      const access = mintToken('access', id)
      const expiresAt = clock.now + HOUR
      const tokenOf = (minted: MintedToken) => ({ hash: minted.reference.hash, expiresAt })
      const [code, refresh] = [mintToken('code', id), mintToken('refresh', id)]
      const granted = grantOf(id, { roles: ['student', 'instructor'] })
      await store.open(granted, use, tokenOf(code))
      const tokens = {
        access: { ...tokenOf(access), scopes: ['school:read'], roles: ['student' as const] },
        refresh: tokenOf(refresh),
      }
      await store.redeem(code.reference, granted, tokens, use)
      const aside = mintToken('access', bystander)
      await store.open(grantOf(bystander), use, { ...tokenOf(aside), scopes: [] })
      t.same(
        (await other.find(access.reference))?.roles,
        ['student'],
        'an access token has its own',
      )
      t.same((await other.find(refresh.reference))?.roles, ['student', 'instructor'])
      t.same((await other.find(aside.reference))?.roles, ['student'], 'or those of the grant')
      t.equal(await other.narrow(id), true)
      t.equal(await store.find(access.reference), undefined)
      t.ok(await store.find(refresh.reference))
      t.ok(await store.find(aside.reference))
      t.equal(await store.isAlive(id), true)
      await store.revoke(id)
      t.equal(await store.narrow(id), false)
      t.equal(await store.narrow(newGrantId()), false)
      t.equal(await store.isAlive(id), false, 'nothing comes back')
    },
  )

  t.test('narrow is announced, and is no revocation', async (t) => {
    const { store, replica, clock } = begin(t)
    const id = newGrantId()
    const heard: string[] = []
    const feed = store.revocations
    const announced = new Promise<void>((resolve) => {
      feed.listen({
        // What tests before announced may still arrive.
        revoked: (grantId) => void (grantId === id && heard.push('revoked')),
        narrowed(grantId) {
          if (grantId !== id) return
          heard.push('narrowed')
          resolve()
        },
        lost() {},
        restored() {},
      })
    })
    if (!feed.live) {
      await new Promise<void>((restored) => feed.listen({ revoked() {}, lost() {}, restored }))
    }
    const code = mintToken('code', id)
    const expiresAt = clock.now + HOUR
    await store.open(grantOf(id), use, { hash: code.reference.hash, expiresAt })
    await replica().narrow(id)
    await announced
    t.same(heard, ['narrowed'])
  })

  t.test(
    'keepUpstreamSession: one of those who follow the same revision, and only while the grant lives',
    async (t) => {
      const { store, replica, clock } = begin(t)
      const other = replica()
      const id = newGrantId()
      const session = { revision: 1, checks: 0, checkedAt: START }
      t.equal(await store.keepUpstreamSession(id, session), false, 'no grant')
      t.equal(await store.upstreamSession(id), undefined)
      const code = mintToken('code', id)
      const expiresAt = clock.now + HOUR
      await store.open(grantOf(id), use, { hash: code.reference.hash, expiresAt })
      t.equal(await store.upstreamSession(id), undefined)
      const kept = await Promise.all(
        Array.from({ length: 10 }, (_, i) =>
          (i % 2 ? store : other).keepUpstreamSession(id, { ...session, checkedAt: START + i }),
        ),
      )
      t.equal(kept.filter((wrote) => wrote).length, 1)
      const winner = await other.upstreamSession(id)
      t.equal(winner?.checkedAt, START + kept.indexOf(true))
      const next = { ...session, revision: 2, refreshToken: 'v1.x', unknown: 'survives' }
      t.equal(await store.keepUpstreamSession(id, { ...next, revision: 3 }), false)
      t.equal(await store.keepUpstreamSession(id, next), true)
      t.same(await other.upstreamSession(id), next)
      await store.revoke(id)
      t.equal(await other.upstreamSession(id), undefined, 'it dies with its grant')
      t.equal(await other.keepUpstreamSession(id, { ...next, revision: 3 }), false)
      t.equal(await other.keepUpstreamSession(id, { ...next, revision: 1 }), false)
    },
  )

  t.test('claim takes a lifetime of its own', async (t) => {
    const { store, clock } = begin(t)
    await store.claim('client', 'claimed', client, MINUTE)
    clock.now += MINUTE
    t.equal(await store.get('client', 'claimed'), undefined)
  })

  t.test('count: each call counts, on every replica, until the window ends', async (t) => {
    const { store, replica, clock } = begin(t)
    const other = replica()
    const counted = await Promise.all(
      Array.from({ length: 10 }, (_, i) => (i % 2 ? store : other).count('one', HOUR)),
    )
    t.same(
      counted.sort((a, b) => a - b),
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    )
    t.equal(await store.count('another', HOUR), 1)
    clock.now += HOUR
    t.equal(await store.count('one', HOUR), 1)
  })

  t.test('a grant can be opened with its one access token, without a code', async (t) => {
    const { store, clock } = begin(t)
    const grant = grantOf(newGrantId())
    const { reference } = mintToken('access', grant.id)
    const expiresAt = clock.now + HOUR
    await store.open(grant, use, { hash: reference.hash, expiresAt, scopes: ['school:read'] })
    t.match(await store.find(reference), { expiresAt, scopes: ['school:read'], grant })
    t.equal(await store.isAlive(grant.id), true)
    clock.now = expiresAt
    t.equal(await store.find(reference), undefined)
    t.equal(await store.isAlive(grant.id), false)
  })

  t.test('single records: put, get, overwrite; what is returned is a copy', async (t) => {
    const { store } = begin(t)
    t.equal(await store.get('client', 'c1'), undefined)
    await store.put('client', 'c1', client)
    const read = await store.get('client', 'c1')
    t.same(read, client)
    read?.redirect_uris.push('https://evil/cb')
    t.same(await store.get('client', 'c1'), client)
    await store.put('client', 'c1', { ...client, client_name: 'second' })
    t.equal((await store.get('client', 'c1'))?.client_name, 'second')
  })

  t.test('ids of strangers are only ids', async (t) => {
    const { store } = begin(t)
    for (const id of ['__proto__', 'a:b', '{x}', '*', '', '\u0000', 'ü', 'x'.repeat(10_000)]) {
      t.equal(await store.get('client', id), undefined)
      await store.put('client', id, { ...client, client_id: id })
      t.equal((await store.get('client', id))?.client_id, id)
    }
  })

  t.test('fields that this replica does not know survive', async (t) => {
    const { store } = begin(t)
    const newer = { ...client, future: { nested: true } }
    await store.put('client', 'c1', newer)
    t.same(await store.get('client', 'c1'), newer)
  })

  t.test('a record ends by the clock, at its own lifetime or its kind’s', async (t) => {
    const { store, clock } = begin(t)
    await store.put('client', 'short', client, MINUTE)
    await store.put('spent', 'kind', { version: 1 })
    clock.now += MINUTE - 1
    t.ok(await store.get('client', 'short'))
    clock.now += 1
    t.equal(await store.get('client', 'short'), undefined)
    clock.now = START + 2 * 900_000
    t.equal(await store.get('spent', 'kind'), undefined)
    t.equal(await store.claim('spent', 'kind', { version: 1 }), undefined, 'what is over is free')
  })

  t.test('claim: of many at once, on two replicas, exactly one is first', async (t) => {
    const { store, replica } = begin(t)
    const other = replica()
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        (i % 2 ? store : other).claim('link', 'l', {
          version: 1,
          owner: `p${i}`,
          iss: 'i',
          studentId: 's',
          linkedAt: 1,
        }),
      ),
    )
    t.equal(answers.filter((answer) => answer === undefined).length, 1)
    const owners = new Set(answers.map((answer) => answer?.owner).filter(Boolean))
    t.equal(owners.size, 1)
    const [owner = ''] = owners
    t.equal(await store.release('l', 'nobody'), false)
    t.equal((await store.get('link', 'l'))?.owner, owner)
    t.equal(await store.release('l', String(owner)), true)
    t.equal(await store.get('link', 'l'), undefined)
  })

  t.test('consume: of many at once exactly one is first, the others are told', async (t) => {
    const { store, replica, clock } = begin(t)
    const other = replica()
    t.equal(await store.consume('spent', 'none'), undefined)
    await store.put('spent', 's', { version: 1 })
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => (i % 2 ? store : other).consume('spent', 's')),
    )
    t.equal(answers.filter((answer) => answer?.first === true).length, 1)
    t.equal(answers.filter((answer) => answer?.first === false).length, 19)
    clock.now += 2 * 900_000
    t.equal(await store.consume('spent', 's'), undefined)
  })

  const access = (
    minted: MintedToken,
    clock: { now: number },
    jkt?: string,
  ): IssuedAccessToken => ({
    hash: minted.reference.hash,
    expiresAt: clock.now + HOUR,
    scopes: ['school:read'],
    jkt,
  })
  const refresh = (
    minted: MintedToken,
    clock: { now: number },
    jkt?: string,
  ): IssuedRefreshToken => ({
    hash: minted.reference.hash,
    expiresAt: clock.now + 30 * 24 * HOUR,
    sealed: `sealed ${minted.value}`,
    jkt,
  })

  const opened = async (store: Store, clock: { now: number }, more: Partial<GrantRecord> = {}) => {
    const grant = grantOf(newGrantId(), more)
    const code = mintToken('code', grant.id)
    await store.open(
      grant,
      { ...use, lastUsedAt: clock.now },
      {
        hash: code.reference.hash,
        expiresAt: clock.now + MINUTE,
      },
    )
    return { grant, code: code.reference }
  }
  const redeemed = async (
    store: Store,
    clock: { now: number },
    more: Partial<GrantRecord> = {},
    jkt?: string,
  ) => {
    const { grant, code } = await opened(store, clock, more)
    const tokens = {
      access: mintToken('access', grant.id),
      refresh: mintToken('refresh', grant.id),
    }
    const outcome = await store.redeem(
      code,
      grant,
      { access: access(tokens.access, clock, jkt), refresh: refresh(tokens.refresh, clock, jkt) },
      { ...use, lastUsedAt: clock.now },
    )
    return {
      grant,
      code,
      outcome,
      access: tokens.access.reference,
      refresh: tokens.refresh.reference,
    }
  }
  const rotation = (
    store: Store,
    clock: { now: number },
    grant: GrantRecord,
    old: MintedToken['reference'],
    jkt?: string,
  ) => {
    const tokens = {
      access: mintToken('access', grant.id),
      refresh: mintToken('refresh', grant.id),
    }
    return store
      .rotate(
        old,
        grant,
        { access: access(tokens.access, clock, jkt), refresh: refresh(tokens.refresh, clock, jkt) },
        { ...use, lastUsedAt: clock.now },
        10 * MINUTE,
      )
      .then((rotated) => ({ rotated, ...tokens }))
  }

  t.test('a grant is found by its code, once redeemed by its tokens', async (t) => {
    const { store, clock } = begin(t)
    const { grant, code } = await opened(store, clock, { future: 'kept' })
    t.match(await store.find(code), { grant, expiresAt: START + MINUTE })
    t.equal(await store.find({ ...code, hash: 'other' }), undefined)
    t.equal(await store.find({ ...code, kind: 'access' }), undefined)
    t.equal(await store.find({ ...code, grantId: newGrantId() }), undefined)
    const full = await redeemed(store, clock)
    t.equal(full.outcome, 'redeemed')
    t.ok(await store.find(full.code))
    t.match(await store.find(full.access), { scopes: ['school:read'], expiresAt: START + HOUR })
    t.ok(await store.find(full.refresh))
    t.equal(await store.find({ ...full.access, kind: 'refresh' }), undefined)
  })

  t.test('redeem: of ten at once, on two replicas, one redeems and nine are replays', async (t) => {
    const { store, replica, clock } = begin(t)
    const other = replica()
    const { grant, code } = await opened(store, clock)
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, (_, i) => {
        const minted = mintToken('access', grant.id)
        const successor = mintToken('refresh', grant.id)
        return (i % 2 ? store : other).redeem(
          code,
          grant,
          { access: access(minted, clock), refresh: refresh(successor, clock) },
          use,
        )
      }),
    )
    t.same(outcomes.sort(), ['redeemed', ...Array.from({ length: 9 }, () => 'replay')].sort())
  })

  t.test(
    'a code that is over, or of no grant, is unknown; a used one stays a replay',
    async (t) => {
      const { store, clock } = begin(t)
      const { grant, code } = await opened(store, clock)
      const used = await redeemed(store, clock)
      clock.now += MINUTE
      const tokens = {
        access: access(mintToken('access', grant.id), clock),
        refresh: refresh(mintToken('refresh', grant.id), clock),
      }
      t.equal(await store.redeem(code, grant, tokens, use), 'unknown')
      t.equal(await store.find(code), undefined)
      t.equal(await store.redeem({ ...code, grantId: newGrantId() }, grant, tokens, use), 'unknown')
      t.equal(await store.redeem(used.code, used.grant, tokens, use), 'replay')
      t.ok(await store.find(used.code), 'so that its checks can be made')
    },
  )

  t.test('rotate: ten at once, on two replicas, give one family', async (t) => {
    const { store, replica, clock } = begin(t)
    const other = replica()
    const { grant, refresh: old } = await redeemed(store, clock)
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => rotation(i % 2 ? store : other, clock, grant, old)),
    )
    const winners = answers.filter(({ rotated }) => rotated.outcome === 'rotated')
    t.equal(winners.length, 1)
    for (const { rotated, access: minted } of answers) {
      if (rotated.outcome === 'again')
        t.equal(rotated.sealed, `sealed ${winners[0]?.refresh.value}`)
      t.ok(await store.find(minted.reference), 'each got an access token that works')
    }
    t.equal(answers.filter(({ rotated }) => rotated.outcome === 'again').length, 9)
  })

  t.test(
    'rotate: again until the successor is used, refused then, a replay after the window',
    async (t) => {
      const { store, clock } = begin(t)
      const { grant, refresh: old } = await redeemed(store, clock)
      const first = await rotation(store, clock, grant, old)
      t.ok(await store.find(old))
      clock.now += 10 * MINUTE
      t.match((await rotation(store, clock, grant, old)).rotated, {
        outcome: 'again',
        sealed: `sealed ${first.refresh.value}`,
      })
      clock.now -= MINUTE
      const second = await rotation(store, clock, grant, first.refresh.reference)
      t.equal(second.rotated.outcome, 'rotated')
      t.equal((await rotation(store, clock, grant, old)).rotated.outcome, 'refused')
      clock.now += 2 * MINUTE
      t.equal((await rotation(store, clock, grant, old)).rotated.outcome, 'replay')
      t.ok(await store.isAlive(grant.id), 'the store judges, the room decides')
      clock.now += 31 * 24 * HOUR
      t.equal((await rotation(store, clock, grant, old)).rotated.outcome, 'unknown')
    },
  )

  t.test('rotate: what is given again lengthens no life but its access token’s', async (t) => {
    const { store, clock } = begin(t)
    const { grant, refresh: old } = await redeemed(store, clock)
    const end = clock.now + 30 * 24 * HOUR
    await rotation(store, clock, grant, old)
    clock.now += 10 * MINUTE
    t.equal((await rotation(store, clock, grant, old)).rotated.outcome, 'again')
    clock.now = end - 1
    t.equal(await store.isAlive(grant.id), true)
    clock.now = end
    t.equal(await store.isAlive(grant.id), false, 'none of its tokens lives')
  })

  t.test(
    'RFC 9449 §6: a token is found with the key that it is bound to, or with none',
    async (t) => {
      const { store, replica, clock } = begin(t)
      const bound = await redeemed(store, clock, {}, 'a-key')
      t.equal((await replica().find(bound.access))?.jkt, 'a-key')
      t.equal((await store.find(bound.refresh))?.jkt, 'a-key')
      const free = await redeemed(store, clock)
      for (const token of [free.access, free.refresh]) {
        t.notOk('jkt' in ((await store.find(token)) ?? { jkt: 'gone' }))
      }
      const grant = grantOf(newGrantId())
      const minted = mintToken('access', grant.id)
      await store.open(grant, use, { ...access(minted, clock), jkt: 'a-key' })
      t.equal((await store.find(minted.reference))?.jkt, 'a-key', 'the one of a service too')
      const rotated = await rotation(store, clock, bound.grant, bound.refresh, 'a-key')
      t.equal((await store.find(rotated.access.reference))?.jkt, 'a-key')
      t.equal((await store.find(rotated.refresh.reference))?.jkt, 'a-key')
    },
  )

  t.test(
    'RFC 9449 §5: of many rotations with two keys at once, one key has the family',
    async (t) => {
      const { store, replica, clock } = begin(t)
      const other = replica()
      for (const first of ['a-key', undefined]) {
        const { grant, refresh: old } = await redeemed(store, clock)
        const winner = await rotation(store, clock, grant, old, first)
        t.equal(winner.rotated.outcome, 'rotated')
        const answers = await Promise.all(
          ['a-key', undefined, 'another', 'a-key', undefined, 'another'].map(async (jkt, i) => ({
            jkt,
            ...(await rotation(i % 2 ? store : other, clock, grant, old, jkt)),
          })),
        )
        for (const { jkt, rotated, access: minted } of answers) {
          t.equal(rotated.outcome, jkt === first ? 'again' : 'refused', `${first}, ${jkt}`)
          t.equal((await store.find(minted.reference)) !== undefined, jkt === first)
        }
        t.ok(await store.isAlive(grant.id))
      }
    },
  )

  t.test('at most 32 access tokens of a grant live', async (t) => {
    const { store, clock } = begin(t)
    const { grant, refresh: old, access: first } = await redeemed(store, clock)
    for (let i = 0; i < 40; i++) {
      clock.now += 1
      await rotation(store, clock, grant, old)
    }
    t.equal(await store.find(first), undefined, 'the oldest went')
    const last = await rotation(store, clock, grant, old)
    t.ok(await store.find(last.access.reference))
  })

  t.test(
    'a client that refreshes without end fills no store: the oldest are forgotten',
    async (t) => {
      const { store, clock } = begin(t)
      const { grant, refresh: first } = await redeemed(store, clock)
      let current = first
      let second: TokenReference | undefined
      for (let i = 0; i < MAX_SPENT_REFRESH_TOKENS + 1; i++) {
        clock.now += 1
        current = (await rotation(store, clock, grant, current)).refresh.reference
        second ??= current
      }
      clock.now += HOUR
      t.equal((await rotation(store, clock, grant, first)).rotated.outcome, 'unknown')
      t.ok(second)
      if (second) t.equal((await rotation(store, clock, grant, second)).rotated.outcome, 'replay')
      t.equal((await rotation(store, clock, grant, current)).rotated.outcome, 'rotated')
    },
  )

  t.test(
    'redeem: the same call sent again, its answer having been lost, is no replay',
    async (t) => {
      const { store, clock } = begin(t)
      const { grant, code } = await opened(store, clock)
      const minted = mintToken('access', grant.id)
      const tokens = {
        access: access(minted, clock),
        refresh: refresh(mintToken('refresh', grant.id), clock),
      }
      t.equal(await store.redeem(code, grant, tokens, use), 'redeemed')
      t.equal(await store.redeem(code, grant, tokens, use), 'redeemed')
      t.ok(await store.find(minted.reference))
      const others = { ...tokens, access: access(mintToken('access', grant.id), clock) }
      t.equal(await store.redeem(code, grant, others, use), 'replay')
    },
  )

  t.test(
    'revoke reaches all of a grant, and every later write fails on the tombstone',
    async (t) => {
      const { store, replica, clock } = begin(t)
      const other = replica()
      const all = await redeemed(store, clock)
      const unredeemed = await opened(store, clock)
      t.equal(await store.isAlive(all.grant.id), true)
      t.equal(await other.revoke(all.grant.id), true)
      t.equal(await other.revoke(unredeemed.grant.id), true)
      t.equal(await store.revoke(all.grant.id), false, 'it was dead')
      t.equal(await store.isAlive(all.grant.id), false)
      for (const token of [all.code, all.access, all.refresh, unredeemed.code]) {
        t.equal(await store.find(token), undefined)
      }
      const tokens = {
        access: access(mintToken('access', all.grant.id), clock),
        refresh: refresh(mintToken('refresh', all.grant.id), clock),
      }
      t.equal(await store.redeem(all.code, all.grant, tokens, use), 'unknown')
      t.equal(await store.redeem(unredeemed.code, unredeemed.grant, tokens, use), 'unknown')
      t.equal((await rotation(store, clock, all.grant, all.refresh)).rotated.outcome, 'unknown')
      t.equal(await store.isAlive(all.grant.id), false)
    },
  )

  t.test(
    'revoke racing redeem and rotate: whatever the order, nothing is alive afterwards',
    async (t) => {
      const { store, replica, clock } = begin(t)
      const other = replica()
      for (let round = 0; round < 20; round++) {
        const fresh = await opened(store, clock)
        const living = await redeemed(store, clock)
        const minted = mintToken('access', fresh.grant.id)
        const [, , , rotated] = await Promise.all([
          store.redeem(
            fresh.code,
            fresh.grant,
            {
              access: access(minted, clock),
              refresh: refresh(mintToken('refresh', fresh.grant.id), clock),
            },
            use,
          ),
          other.revoke(fresh.grant.id),
          other.revoke(living.grant.id),
          rotation(store, clock, living.grant, living.refresh),
        ])
        t.equal(await store.find(minted.reference), undefined)
        t.equal(await store.find(rotated.access.reference), undefined)
        t.equal(await store.find(rotated.refresh.reference), undefined)
      }
    },
  )

  t.test(
    'grants are listed by person, session, client and installation, least recently used first',
    async (t) => {
      const { store, clock } = begin(t)
      const person = newGrantId()
      const a = await redeemed(store, clock, { personId: person, client_id: 'x', sid: person })
      clock.now += 1
      const b = await redeemed(store, clock, { personId: person, client_id: 'y' })
      clock.now += 1
      await rotation(store, clock, a.grant, a.refresh)
      t.same(await store.grantsOf({ personId: person }), [b.grant.id, a.grant.id])
      t.same(await store.grantsOf({ iss: 'https://sso', sid: person }), [a.grant.id])
      t.same(await store.grantsOf({ personId: person, client_id: 'y' }), [b.grant.id])
      t.ok((await store.grantsOf({ client_id: 'y' })).includes(b.grant.id))
      t.equal(await store.isAlive(a.grant.id, { personId: person, client_id: 'x' }), true)
      t.equal(await store.isAlive(a.grant.id, { iss: 'https://sso', sid: person }), true)
      t.equal(await store.isAlive(a.grant.id, { personId: person, client_id: 'y' }), false)
      t.equal(await store.isAlive(newGrantId(), { personId: person }), false)
      await store.revoke(b.grant.id)
      t.same(await store.grantsOf({ personId: person }), [a.grant.id])
      t.equal(await store.isAlive(b.grant.id, { personId: person }), false)
      clock.now += 31 * 24 * HOUR
      t.same(await store.grantsOf({ personId: person }), [])
      t.equal(await store.isAlive(a.grant.id), false)
    },
  )

  t.test(
    'of many grants so many are listed, least recently used first, and dead ones take no place',
    async (t) => {
      const { store, clock } = begin(t)
      const client_id = newGrantId()
      const opened: string[] = []
      for (let each = 0; each < 7; each++) {
        clock.now += 1
        opened.push((await redeemed(store, clock, { client_id })).grant.id)
      }
      t.same(await store.grantsOf({ client_id }, 3), opened.slice(0, 3))
      for (const id of opened.slice(0, 5)) await store.revoke(id)
      t.same(await store.grantsOf({ client_id }, 1), opened.slice(5, 6), 'however many are dead')
      t.same(await store.grantsOf({ client_id }, 2), opened.slice(5))
      t.same(await store.grantsOf({ client_id }, 9), opened.slice(5))
      t.same(await store.grantsOf({ client_id: newGrantId() }, 9), [])
    },
  )

  t.test(
    'grants are shown page by page, most recently used first, and none that is dead',
    async (t) => {
      const { store, clock } = begin(t)
      const personId = newGrantId()
      const index = { personId }
      const opened: GrantRecord[] = []
      for (let each = 0; each < 5; each++) {
        clock.now += 1
        opened.push((await redeemed(store, clock, { personId })).grant)
      }
      const newest = opened.toReversed()
      const page = async (skip: number, most: number) => {
        const { grants, more } = await store.listGrants(index, { skip, most })
        return { ids: grants.map(({ grant }) => grant.id), more }
      }
      const idsOf = (from: number, to: number) => newest.slice(from, to).map(({ id }) => id)
      t.same(await page(0, 2), { ids: idsOf(0, 2), more: true })
      t.same(await page(2, 2), { ids: idsOf(2, 4), more: true })
      t.same(await page(4, 2), { ids: idsOf(4, 5), more: false })
      t.same(await page(5, 2), { ids: [], more: false })
      t.same(await page(0, 5), { ids: idsOf(0, 5), more: false })
      const [shown] = (await store.listGrants(index, { skip: 0, most: 1 })).grants
      t.same(shown?.grant, newest[0])
      t.equal(shown?.use.lastUsedAt, clock.now)

      await store.revoke(String(newest[0]?.id))
      const { ids } = await page(0, 5)
      t.same(ids, idsOf(1, 5), 'a revoked one is gone')
      t.same(await page(0, 4), { ids: idsOf(1, 5), more: false }, 'and takes no place')
      clock.now += 31 * 24 * HOUR
      t.same((await page(0, 5)).ids, [], 'an expired one is gone')
      t.same((await store.listGrants({ personId: 'nobody' }, { skip: 0, most: 5 })).grants, [])
    },
  )

  t.test('a revocation is announced to who listens, until they stop', async (t) => {
    const { store, clock } = begin(t)
    const { grant } = await redeemed(store, clock)
    const other = await redeemed(store, clock)
    const heard: string[] = []
    let told = () => {}
    const announced = new Promise<void>((resolve) => {
      told = resolve
    })
    const listening = new Promise<void>((resolve) => {
      const stop = store.revocations.listen({
        revoked(grantId) {
          heard.push(grantId)
          stop()
          told()
        },
        lost() {},
        restored: resolve,
      })
      if (store.revocations.live) resolve()
    })
    await listening
    await store.revoke(grant.id)
    await announced
    await store.revoke(other.grant.id)
    t.same(heard, [grant.id])
  })

  t.test('ping answers', async (t) => {
    const { store } = begin(t)
    await t.resolves(store.ping())
  })
}
