/**
 * GET /account: the person's own page, or the way to sign in to it.
 *
 * Shows the clients that hold a grant of this person, who they are in the school, and the ways out. Reads `account_session`,
 * `ended`, `person` and grants; writes nothing but ends a session whose person is gone. Answers a page, 503 without the store.
 */
import type { FastifyInstance } from 'fastify'
import { queryOf } from '../oauth/form.ts'
import { accountPage } from '../pages/account-page.ts'
import { pageHeaders } from '../pages/page-headers.ts'
import { signInPage } from '../pages/sign-in-page.ts'
import { localeOf } from './locale-of.ts'
import { takeNotice } from './notice.ts'
import { GRANTS_PER_PAGE, pageNumber } from './page-number.ts'
import type { AccountRoom } from './room.ts'
import { visitorOf } from './visitor.ts'

export function accountEndpoint(app: FastifyInstance, room: AccountRoom): void {
  app.get('/account', async (request, reply) => {
    const visitor = await visitorOf(room, request, reply)
    const locale = localeOf(request)
    if (!visitor) {
      const providers = room.providers.all.map(({ id, name }) => ({ id, name: name[locale] }))
      return reply.headers(pageHeaders).send(signInPage({ locale, providers }))
    }
    const page = pageNumber(new URLSearchParams(queryOf(request.raw.url)).get('page'))
    const skip = (page - 1) * GRANTS_PER_PAGE
    const [listed, person] = await Promise.all([
      room.store.listGrants({ personId: visitor.personId }, { skip, most: GRANTS_PER_PAGE }),
      room.store.get('person', visitor.personId),
    ])
    return reply.headers(pageHeaders).send(
      accountPage({
        locale,
        name: visitor.session.name,
        standing: visitor.standing,
        rule: person?.rule,
        grants: listed.grants,
        page,
        more: listed.more,
        notice: takeNotice(room, request, reply),
        formToken: visitor.session.formToken,
      }),
    )
  })
}
