/** The consent page for a checked request, with the choice of a provider where there are several. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { consentPage } from '../pages/consent-page.ts'
import { chooseLocale } from '../pages/locale.ts'
import { pageHeaders } from '../pages/page-headers.ts'
import type { AuthorizationRequest } from '../store/records/login.ts'
import { providerOfAddress } from '../upstream/choose-provider.ts'
import type { AuthorizationRoom } from './room.ts'

/** @param isOpen the form came back without a choice: it is shown again, unused */
export function showConsent(
  room: AuthorizationRoom,
  request: FastifyRequest,
  reply: FastifyReply,
  authorization: AuthorizationRequest,
  sealed: string,
  isOpen = false,
): FastifyReply {
  const locale = chooseLocale(authorization.ui_locales, request.headers['accept-language'])
  const { all } = room.providers
  return reply
    .code(isOpen ? 400 : 200)
    .headers(pageHeaders)
    .send(
      consentPage({
        locale,
        clientName: authorization.client_name,
        clientId: authorization.client_id,
        redirectUri: authorization.redirect_uri,
        scopes: authorization.scopes,
        sealed,
        action: room.urls.authorizeProcess,
        choice:
          all.length < 2
            ? undefined
            : {
                options: all.map(({ id, name }) => ({ id, name: name[locale] })),
                marked: providerOfAddress(room.providers, authorization.login_hint)?.id,
                byAddress: all.some(({ emailDomains }) => emailDomains.length > 0),
                isOpen,
              },
      }),
    )
}
