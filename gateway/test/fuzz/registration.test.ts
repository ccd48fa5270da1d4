/** Client metadata of any shape: never a 5xx, and what is registered is harmless. */
import fc from 'fast-check'
import t from 'tap'
import { clientMetadata } from './hostile-metadata.ts'
import { livedInDoor } from './lived-in-door.ts'
import { brokenPromise, holds } from './promises.ts'

const ADMITTED =
  /^(https:\/\/[^\s/?#@\\]+|http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?)([/?][\x21-\x7e]*)?$/i

t.test('fuzz: /register: JSON of any shape', async (t) => {
  const door = await livedInDoor(t)
  let registered = 0
  await holds(
    t,
    fc.asyncProperty(clientMetadata, async (payload) => {
      const response = await door.app.inject({
        method: 'POST',
        url: '/register',
        headers: { 'content-type': 'application/json' },
        payload,
      })
      const broken = brokenPromise(response, [])
      if (broken !== undefined) throw new Error(broken)
      if (response.statusCode !== 201) return
      registered++
      const client = response.json()
      for (const uri of client.redirect_uris) {
        if (!ADMITTED.test(uri)) throw new Error(`registered ${uri}`)
        if (!payload.includes(JSON.stringify(uri).slice(1, -1))) throw new Error(`made up ${uri}`)
      }
      for (const value of Object.values(client)) {
        if (value === null || value === '') throw new Error('C18: null or empty')
        if (typeof value === 'string' && /\p{Cc}/u.test(value)) throw new Error('a control')
      }
      const query = new URLSearchParams({
        client_id: client.client_id,
        redirect_uri: client.redirect_uris[0],
        response_type: 'code',
        code_challenge: 'A'.repeat(43),
        code_challenge_method: 'S256',
      })
      const page = await door.app.inject({ url: `/authorize?${query}` })
      const brokenPage = brokenPromise(page, client.redirect_uris)
      if (brokenPage !== undefined) throw new Error(brokenPage)
      const asks = client.require_pushed_authorization_requests ? 303 : 200
      if (page.statusCode !== asks) throw new Error(`its page is a ${page.statusCode}`)
    }),
    400,
  )
  t.ok(registered > 20, `${registered} were registered`)
})
