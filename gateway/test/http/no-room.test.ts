import t from 'tap'
import { openDoor } from '../support/door.ts'

t.test(
  'RFC 6749 §5.2: what belongs to no room is refused in our words, and repeats nothing',
  async (t) => {
    const door = await openDoor(t, {
      PUBLIC_URL: 'https://door.example',
      OIDC_ISSUER: 'https://sso.example',
    })
    for (const [title, status, options] of [
      ['a path that cannot be decoded', 400, { url: '/%zz<script>' }],
      [
        'a body of no type where nothing is',
        415,
        { method: 'PUT', url: '/<script>', headers: { 'content-type': ';' }, payload: 'x' },
      ],
      [
        'a body that is not JSON where nothing is',
        400,
        {
          method: 'PUT',
          url: '/healthz',
          headers: { 'content-type': 'application/json' },
          payload: '{',
        },
      ],
    ] as const) {
      const response = await door.app.inject({ ...options })
      t.equal(response.statusCode, status, title)
      t.same(response.json(), {
        error: 'invalid_request',
        error_description: 'the request cannot be read',
      })
      t.equal(response.headers['x-content-type-options'], 'nosniff', title)
      t.ok(response.headers['strict-transport-security'], title)
    }
  },
)
