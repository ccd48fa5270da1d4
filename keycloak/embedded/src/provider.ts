/**
 * The embedded OpenID provider: npm's oidc-provider with the people, groups and client of the realm file, so that the
 * gateway's one setting of claims and roles fits it and Keycloak alike. For trying out, on loopback.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { type Configuration, Provider } from 'oidc-provider'
import { messagePage } from './login-page.ts'
import { MemoryAdapter } from './memory-adapter.ts'
import { claimsOf, type Realm } from './realm.ts'

const HOUR = 3600
/** What a first-party client may have: the gateway asks the person's consent itself. */
const SCOPES = ['openid', 'profile', 'email', 'offline_access']

/** Where the login form of an interaction is. */
export const LOGIN_PATH = '/login/'

export function createProvider(issuer: string, realm: Realm): Provider {
  const [client] = realm.clients
  if (!client) throw new TypeError('the realm file has no client')
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const profile = ['name', 'given_name', 'family_name', 'preferred_username']
  const configuration: Configuration = {
    adapter: MemoryAdapter,
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' }] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    clients: [
      {
        client_id: client.clientId,
        client_secret: client.secret,
        redirect_uris: client.redirectUris,
        post_logout_redirect_uris: [client.attributes['post.logout.redirect.uris'] ?? ''],
        backchannel_logout_uri: client.attributes['backchannel.logout.url'] ?? '',
        backchannel_logout_session_required: true,
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'client_secret_post',
        require_auth_time: true,
      },
    ],
    clientAuthMethods: ['client_secret_post'],
    scopes: SCOPES,
    // Keycloak's mappers sit on the client, so its claims come with every login, in the ID token too.
    claims: {
      openid: ['sub', 'student_id', 'groups', 'realm_access'],
      profile,
      email: ['email', 'email_verified'],
      acr: null,
      auth_time: null,
      iss: null,
      sid: null,
    },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => {
          ctx.body = messagePage(ctx.get('accept-language'), 'logout', form)
        },
        postLogoutSuccessSource: (ctx) => {
          ctx.body = messagePage(ctx.get('accept-language'), 'loggedOut')
        },
      },
    },
    // offline_access would need prompt=consent here; Keycloak gives a refresh token without.
    issueRefreshToken: async () => true,
    interactions: { url: (_ctx, interaction) => `${LOGIN_PATH}${interaction.uid}` },
    findAccount: (_ctx, sub) => {
      const person = realm.users.find(({ id, enabled }) => id === sub && enabled)
      if (!person) return undefined
      return {
        accountId: sub,
        claims: async () => ({ ...claimsOf(realm, person), sub }),
      }
    },
    loadExistingGrant: async (ctx) => {
      const { session, provider } = ctx.oidc
      const accountId = session?.accountId
      if (accountId === undefined) return undefined
      const grant = new provider.Grant({ clientId: client.clientId, accountId })
      grant.addOIDCScope(SCOPES.join(' '))
      await grant.save()
      return grant
    },
    renderError: (ctx, out) => {
      ctx.type = 'html'
      ctx.body = messagePage(ctx.get('accept-language'), 'error', undefined, out.error)
    },
    // Keycloak's lifetimes of the realm file.
    ttl: {
      AccessToken: 300,
      AuthorizationCode: 60,
      IdToken: 300,
      RefreshToken: 24 * HOUR,
      Interaction: 1800,
      Session: 8 * HOUR,
      Grant: 24 * HOUR,
    },
  }
  return new Provider(issuer, configuration)
}
