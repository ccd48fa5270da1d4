/** Client metadata of any shape (RFC 7591 §2). A new member is one line. */
import fc from 'fast-check'
import { text } from './hostile-text.ts'

const METADATA = [
  'redirect_uris',
  'client_name',
  'client_uri',
  'logo_uri',
  'scope',
  'contacts',
  'tos_uri',
  'policy_uri',
  'jwks_uri',
  'jwks',
  'software_id',
  'software_version',
  'software_statement',
  'token_endpoint_auth_method',
  'token_endpoint_auth_methods_supported',
  'grant_types',
  'response_types',
  'application_type',
  'client_id',
  'client_secret',
  'registration_access_token',
  'dpop_bound_access_tokens',
  'require_pushed_authorization_requests',
  '__proto__',
  'constructor',
]

const json = fc.oneof(text, fc.jsonValue({ maxDepth: 3 }))
const redirectUris = fc.oneof(
  json,
  fc.array(fc.oneof(text, fc.webUrl(), json), { maxLength: 4 }),
  fc
    .array(fc.oneof(fc.webUrl(), fc.constantFrom('http://localhost/cb', 'https://a.example/cb')), {
      minLength: 1,
      maxLength: 4,
    })
    .map((uris) => uris.map((uri) => uri.replace(/^http:\/\/(?!localhost)/, 'https://'))),
)

/** A JSON text, mostly. */
export const clientMetadata: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.dictionary(fc.constantFrom(...METADATA), json), fc.option(redirectUris))
      .map(([metadata, redirect_uris]) =>
        JSON.stringify(redirect_uris === null ? metadata : { ...metadata, redirect_uris }),
      ),
  },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: text },
)
