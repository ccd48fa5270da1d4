/** Right requests to the token endpoint with one parameter changed: never a 5xx, a token only while they are still right. */
import fc from 'fast-check'
import type { LightMyRequestResponse } from 'fastify'
import t from 'tap'
import { parseToken } from '../../src/oauth/token-value.ts'
import { CLAUDE, type Door, redemption, refreshment } from '../support/door.ts'
import { livedInDoor } from './lived-in-door.ts'
import { hasNoneOr, keeps, mutation, provesNothing } from './mutation.ts'
import { brokenPromise, holds } from './promises.ts'

const RESOURCES = [
  'http://localhost:3000/mcp',
  'http://localhost:3000/mcp/',
  'http://localhost:3000',
]

/** Refused, or right; a change of a request that is refused harms nobody, so that the right one is answered after it. */
async function given(
  door: Door,
  form: URLSearchParams,
  right: Record<string, string>,
  isRight: boolean,
): Promise<void> {
  const response = await door.post('/token', form.toString())
  const broken = brokenPromise(response, [])
  if (broken !== undefined) throw new Error(broken)
  if (hasToken(response) && !isRight) throw new Error('a token was given')
  if (hasToken(response)) return
  if (isRight) throw new Error(`refused: ${response.body}`)
  const after = await door.post('/token', right)
  if (!hasToken(after)) throw new Error(`it harmed the right one: ${after.body}`)
}

const hasToken = ({ body }: LightMyRequestResponse) => /bsg_[ar]t_/.test(body)

t.test('fuzz: /token: authorization_code with one parameter changed', async (t) => {
  const door = await livedInDoor(t)
  const names = Object.keys(redemption(door.client, { code: '', verifier: '' }))
  await holds(
    t,
    fc.asyncProperty(mutation([...names, 'resource'], door.rival), async (mutate) => {
      const authorized = await door.authorize(door.client)
      const right = redemption(door.client, authorized)
      const form = mutate(right)
      const { redirect_uri: _, ...needed } = right
      const isRight =
        keeps(form, needed) &&
        // OAuth 2.1 §4.1.3: it may be left out.
        hasNoneOr(form, 'redirect_uri', CLAUDE) &&
        hasNoneOr(form, 'resource', ...RESOURCES) &&
        provesNothing(form)
      await given(door, form, right, isRight)
    }),
    80,
  )
})

t.test('fuzz: /token: refresh_token with one parameter changed', async (t) => {
  const door = await livedInDoor(t)
  const { refresh_token } = await door.connect(door.client)
  const right = refreshment(door.client, refresh_token)
  await holds(
    t,
    // Within the grace window the same token is answered as often as it comes.
    fc.asyncProperty(
      mutation([...Object.keys(right), 'resource', 'scope'], door.rival),
      async (mutate) => {
        const form = mutate(right)
        const isRight =
          keeps(form, right) && hasNoneOr(form, 'resource', ...RESOURCES) && provesNothing(form)
        await given(door, form, right, isRight)
      },
    ),
    200,
  )
})

t.test('fuzz: /token: a client with a secret, and one half of its proof changed', async (t) => {
  const door = await livedInDoor(t)
  const client = await door.register({ token_endpoint_auth_method: 'client_secret_post' })
  const { refresh_token } = await door.connect(client)
  const right = refreshment(client, refresh_token)
  await holds(
    t,
    fc.asyncProperty(mutation(['client_id', 'client_secret'], door.rival), async (mutate) => {
      const form = mutate(right)
      const isRight =
        keeps(form, right) &&
        hasNoneOr(form, 'resource', ...RESOURCES) &&
        hasNoneOr(form, 'client_assertion')
      await given(door, form, right, isRight)
    }),
    200,
  )
})

t.test('fuzz: /revoke: one parameter changed', async (t) => {
  const door = await livedInDoor(t)
  const names = ['token', 'client_id', 'token_type_hint']
  const isAlive = async (token: string) => {
    const reference = parseToken('access', token)
    return reference !== undefined && (await door.store.find(reference)) !== undefined
  }
  const { token: theirs = '' } = door.rival
  t.ok(await isAlive(theirs))
  await holds(
    t,
    fc.asyncProperty(mutation(names, door.rival), async (mutate) => {
      const { access_token } = await door.connect(door.client)
      const right = { token: access_token, client_id: door.client.client_id }
      const form = mutate({ ...right, token_type_hint: 'access_token' })
      const response = await door.post('/revoke', form.toString())
      const broken = brokenPromise(response, [])
      if (broken !== undefined) throw new Error(broken)
      const isRight = keeps(form, right) && provesNothing(form)
      if ((await isAlive(access_token)) === isRight) throw new Error(`${response.statusCode}`)
      if (!(await isAlive(theirs))) throw new Error('another client’s token died')
    }),
    100,
  )
})
