/**
 * GET /account/people: the instructor's page.
 *
 * Shows who waits for approval, and the grants of a person or of a client, a page at a time. Whether the visitor is an
 * instructor is read from the store for this request. Reads `waiting`, `link` and grants, writes nothing. Answers a page; 403
 * for anybody else, 303 to /account for nobody.
 */
import type { FastifyInstance } from 'fastify'
import { queryOf } from '../oauth/form.ts'
import type { Locale } from '../pages/locale.ts'
import { pageHeaders } from '../pages/page-headers.ts'
import { type Filter, peoplePage } from '../pages/people-page.ts'
import type { WaitingPerson } from '../students/waiting-list.ts'
import { localeOf } from './locale-of.ts'
import { takeNotice } from './notice.ts'
import { GRANTS_PER_PAGE, pageNumber } from './page-number.ts'
import { addressOf, filterOf, indexOf, studentOf } from './people-filter.ts'
import type { AccountRoom } from './room.ts'
import { requireInstructor, visitorOf } from './visitor.ts'

const CURSOR = /^[A-Za-z0-9_-]{43}$/

export function peopleEndpoint(app: FastifyInstance, room: AccountRoom): void {
  app.get('/account/people', async (request, reply) => {
    const visitor = await visitorOf(room, request, reply)
    if (!visitor) {
      return reply.header('cache-control', 'no-store').redirect(room.urls.account, 303)
    }
    requireInstructor(visitor)
    const query = new URLSearchParams(queryOf(request.raw.url))
    const student = studentOf(query.get('student'))
    const found = await peopleWith(room, student)
    const filter = filterOf((name) => query.get(name)) ?? found[0]
    const cursor = query.get('after') ?? ''
    const locale = localeOf(request)
    const waiting = await room.directory.waiting(CURSOR.test(cursor) ? cursor : undefined)
    return reply.headers(pageHeaders).send(
      peoplePage({
        locale,
        waiting: waiting.people.map((who) => ({ ...who, provider: nameOf(room, who, locale) })),
        moreWaiting: waiting.next,
        asked: { student, filter, others: found.slice(1).map(addressOf) },
        ...(await grantsOf(room, filter, pageNumber(query.get('page')))),
        address: addressOf(filter),
        notice: takeNotice(room, request, reply),
        formToken: visitor.session.formToken,
      }),
    )
  })
}

/** Of the provider, where there are several. */
function nameOf(
  { providers }: AccountRoom,
  { provider }: WaitingPerson,
  locale: Locale,
): string | undefined {
  if (provider === undefined || providers.all.length === 1) return undefined
  return providers.find(provider)?.name[locale]
}

/** One student is one person for each provider. */
async function peopleWith(room: AccountRoom, student: string | undefined): Promise<Filter[]> {
  if (student === undefined) return []
  const owners = await room.directory.ownersOf(student)
  return owners.map(({ personId }) => ({ person: personId }))
}

async function grantsOf(room: AccountRoom, filter: Filter | undefined, page: number) {
  if (filter === undefined) return { grants: undefined, page, more: false }
  const skip = (page - 1) * GRANTS_PER_PAGE
  const listed = await room.store.listGrants(indexOf(filter), { skip, most: GRANTS_PER_PAGE })
  return { grants: listed.grants, page, more: listed.more }
}
