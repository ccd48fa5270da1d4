/**
 * npm's oidc-provider as it comes: claims in userinfo only, an opaque access token, no refresh token without offline_access.
 * Whoever comes is Ender, without a form.
 */
import { generateKeyPairSync, type JsonWebKey, randomBytes } from 'node:crypto'
import { type Configuration, Provider } from 'oidc-provider'
import type { Test } from 'tap'
import { loopbackServer } from './loopback-server.ts'

const CLAIMS = {
  name: 'Ender Wiggin',
  email: 'ender@school.example',
  email_verified: true,
  employee_id: 'BS-2401',
  groups: ['student'],
}
const INTERACTION = '/interaction/'

export interface UserinfoProvider {
  issuer: string
  /** The access tokens that it gave. */
  accessTokens: string[]
}

export async function startUserinfoProvider(
  t: Test,
  client: { id: string; redirectUri: string; publicKey: JsonWebKey },
): Promise<UserinfoProvider> {
  let handle: ReturnType<Provider['callback']> | undefined
  let provider: Provider | undefined
  const { origin: issuer } = await loopbackServer(t, (request, response) => {
    if (provider && request.url?.startsWith(INTERACTION)) {
      void provider.interactionFinished(request, response, {
        login: { accountId: 'ender' },
        consent: {},
      })
    } else void handle?.(request, response)
  })
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const configuration: Configuration = {
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' }] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    clients: [
      {
        client_id: client.id,
        redirect_uris: [client.redirectUri],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_signing_alg: 'ES256',
        jwks: { keys: [{ ...client.publicKey, use: 'sig', alg: 'ES256' }] },
      },
    ],
    claims: {
      openid: ['sub'],
      profile: ['name'],
      email: ['email', 'email_verified'],
      school: ['employee_id', 'groups'],
    },
    scopes: ['openid', 'offline_access', 'school'],
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, interaction) => `${INTERACTION}${interaction.uid}` },
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: async () => ({ sub, ...CLAIMS }) }),
    loadExistingGrant: async (ctx) => {
      const accountId = ctx.oidc.session?.accountId
      if (accountId === undefined) return undefined
      const grant = new ctx.oidc.provider.Grant({ clientId: client.id, accountId })
      grant.addOIDCScope('openid profile email school offline_access')
      await grant.save()
      return grant
    },
    ttl: {
      AccessToken: 300,
      AuthorizationCode: 60,
      IdToken: 300,
      RefreshToken: 3600,
      Grant: 3600,
      Interaction: 600,
      Session: 3600,
    },
  }
  provider = new Provider(issuer, configuration)
  handle = provider.callback()
  const accessTokens: string[] = []
  provider.on('grant.success', ({ body }) => {
    accessTokens.push(String((body as { access_token?: unknown }).access_token))
  })
  return { issuer, accessTokens }
}
