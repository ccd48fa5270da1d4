/**
 * The refresh rule (docs/adr/0008, RFC 9700 §4.14.2) as properties: whatever a client, its copies, lost answers and the
 * clock do over two replicas, each answer is the model's, and what must hold holds after every step.
 */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Test } from 'tap'
import type { OpenReplicas } from '../support/replicas.ts'
import { type Answer, RefreshFamily } from './refresh-family.ts'
import { type Judgement, RefreshModel, type RefreshRule } from './refresh-model.ts'

const GRACE = 60_000
const LIFE = 600_000

interface Expected {
  model: RefreshModel
  /** Places of the tokens whose answers arrived. */
  held: number[]
  seen: Map<Judgement, number>
  /** Steps since the grant ended: a few more show that nothing brings it back. */
  sinceItsEnd: number
}
type Step = fc.AsyncCommand<Expected, RefreshFamily>

/** Of the tokens that arrived, counted from the newest. */
function chosen({ held }: Expected, pick: number): number {
  return held[held.length - 1 - (pick % held.length)] ?? 0
}

function step(name: string, run: Step['run']): Step {
  return {
    check: ({ sinceItsEnd }) => sinceItsEnd < 3,
    toString: () => name,
    async run(expected, family) {
      await run(expected, family)
      await family.check()
      const alive = expected.model.alive(family.now)
      assert.equal(await family.alive(), alive, 'alive as the model is')
      if (!alive) expected.sinceItsEnd++
    },
  }
}

/** Presents tokens at once: the answers have to be those of some order of theirs. */
async function present(expected: Expected, family: RefreshFamily, places: number[], first: number) {
  const answers = await family.refresh(places, first)
  for (const order of permutations(places.map((_, index) => index))) {
    const model = expected.model.copy()
    const judged: Judgement[] = []
    const fits = order.every((index) => {
      const place = places[index] ?? -1
      const judgement = model.present(place, family.now)
      judged.push(judgement)
      const given = judgement === 'rotated' || judgement === 'again'
      return answers[index] === (given ? place + 1 : undefined)
    })
    if (!fits) continue
    expected.model = model
    for (const judgement of judged) {
      expected.seen.set(judgement, (expected.seen.get(judgement) ?? 0) + 1)
    }
    return answers
  }
  return assert.fail(`no order of ${places} is answered ${answers}`)
}

const pick = fc.oneof(
  { weight: 3, arbitrary: fc.nat({ max: 1 }) },
  { weight: 1, arbitrary: fc.nat({ max: 6 }) },
)
const replica = fc.constantFrom<0 | 1>(0, 1)

const refresh = fc
  .record({
    // One, the same several times, or several that stem from one another.
    picks: fc.oneof(
      fc.tuple(pick),
      fc.tuple(pick, fc.integer({ min: 2, max: 4 })).map(([one, times]) => Array(times).fill(one)),
      fc.array(fc.nat({ max: 2 }), { minLength: 2, maxLength: 4 }),
    ) as fc.Arbitrary<number[]>,
    replica,
    lost: fc.boolean(),
  })
  .map(({ picks, replica: first, lost }) =>
    step(`refresh ${picks} from ${first}${lost ? ', lost' : ''}`, async (expected, family) => {
      const places = picks.map((each) => chosen(expected, each))
      const answers = await present(expected, family, places, first)
      if (lost) return
      const given = answers.filter((answer): answer is NonNullable<Answer> => answer !== undefined)
      expected.held = [...new Set([...expected.held, ...given])].sort((a, b) => a - b)
    }),
  )

const wait = fc
  .oneof(
    { weight: 2, arbitrary: fc.nat({ max: GRACE / 4 }) },
    { weight: 3, arbitrary: fc.constantFrom(GRACE - 1, GRACE, GRACE + 1) },
    { weight: 1, arbitrary: fc.integer({ min: GRACE, max: LIFE }) },
  )
  .map((time) => step(`wait ${time}`, async (_, family) => family.pass(time)))

const revoke = fc.record({ pick, replica }).map((how) =>
  step(`revoke ${how.pick} at ${how.replica}`, async (expected, family) => {
    const place = chosen(expected, how.pick)
    await family.revoke(place, how.replica)
    expected.model.revoke(place, family.now)
  }),
)

const steps = fc.commands(
  [
    fc.oneof(
      { weight: 14, arbitrary: refresh },
      { weight: 6, arbitrary: wait },
      { weight: 1, arbitrary: revoke },
    ),
  ],
  { maxCommands: 40, size: 'max' },
)

export function refreshRule(t: Test, open: OpenReplicas, numRuns: number): void {
  for (const replay of ['revoke', 'refuse'] as const) {
    t.test(
      `RFC 9700 §4.14.2, C46: one living family at most, no logout in the window, replay after it seen: ${replay}`,
      async (t) => {
        const doors = await open(t, {
          REFRESH_REPLAY: replay,
          REFRESH_GRACE: String(GRACE / 1000),
          REFRESH_TOKEN_TTL: String(LIFE / 1000),
          ACCESS_TOKEN_TTL: '60',
        })
        const rule: RefreshRule = { grace: GRACE, life: LIFE, replay }
        const seen: Expected['seen'] = new Map()
        const client = await doors[0].register()
        const property = fc.asyncProperty(steps, async (commands) => {
          const family = new RefreshFamily(doors, client, rule, await doors[0].connect(client))
          const model = new RefreshModel(rule, [{ expiresAt: family.now + LIFE }])
          const expected: Expected = { model, held: [0], seen, sinceItsEnd: 0 }
          await fc.asyncModelRun(() => ({ model: expected, real: family }), commands)
          // At the end every token that was ever given, whoever got it: at most one of them rotates.
          for (let place = family.size - 1; place >= 0; place--) {
            await present(expected, family, [place], place)
            await family.check()
          }
        })
        await t.resolves(fc.assert(property, { numRuns, includeErrorInReport: true }))
        for (const judgement of ['rotated', 'again', 'refused', 'replay', 'unknown'] as const) {
          t.ok((seen.get(judgement) ?? 0) > 10, `${judgement}: ${seen.get(judgement)}`)
        }
      },
    )
  }
}

function permutations(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]]
  return items.flatMap((item) =>
    permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]),
  )
}
