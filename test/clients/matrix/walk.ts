/** One client on its way: discovery, identity, a person’s login, tokens, a tool, refresh in its own shape, and the tool again. */
import type { Test } from 'tap'
import type { Person } from '../../support/person.ts'
import { becomeKnown } from './become-known.ts'
import { discover } from './discover.ts'
import { type Asked, ask, type Journey } from './journey.ts'
import { cancel, logIn } from './log-in.ts'
import type { Place, RealClient, Way } from './real-client.ts'
import { refusesRefresh, refusesStranger, refusesToken } from './refusals.ts'
import { talk } from './talk.ts'
import { talkModern } from './talk-modern.ts'
import { redeem, refresh } from './token-requests.ts'

export async function walk(
  t: Test,
  client: RealClient,
  way: Way,
  place: Place,
  person: Person & { id: string },
): Promise<void> {
  const found = await discover(t, client.discovery, place)
  const redirectUri = way.redirectUri ?? client.redirectUri()
  const journey: Journey = { client, way, place, found, redirectUri }
  const identities = await becomeKnown(t, journey)
  const asked = identities.map((identity) => ask(journey, identity))
  const codes = await logIn(t, journey, asked, person)

  for (const [at, identity] of identities.entries()) {
    const own = asked[at] as Asked
    const tokens = await redeem(t, journey, identity, codes[at] ?? '', own.verifier)
    client.insists?.(t, tokens, found)
    const access = String(tokens.access_token)
    if (client.protocol.modern) await talkModern(t, client.protocol, place, access, person.id)
    await talk(t, client.protocol, place, access, person.id)
    await refusesToken(t, journey, access)

    const first = String(tokens.refresh_token)
    await refusesRefresh(t, journey, identity, first)
    await refusesStranger(t, journey, own, first)
    const fresh = await refresh(t, journey, identity, first)
    await talk(t, client.protocol, place, String(fresh.access_token), person.id)
    // What came of the first refresh is good for the next.
    const later = await refresh(t, journey, identity, String(fresh.refresh_token))
    t.not(later.refresh_token, fresh.refresh_token, 'RFC 9700 §4.14.2: it rotates')
    await cancel(t, journey, ask(journey, identity))
  }
}
