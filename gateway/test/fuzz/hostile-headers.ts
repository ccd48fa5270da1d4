/** Arbitrary headers of any bytes that HTTP allows. A new header is one line. */
import fc from 'fast-check'
import { text } from './hostile-text.ts'

const HEADERS = [
  'accept',
  'accept-language',
  'authorization',
  'access-control-request-headers',
  'access-control-request-method',
  'content-type',
  'cookie',
  'dpop',
  'forwarded',
  'host',
  'if-none-match',
  'last-event-id',
  'mcp-method',
  'mcp-name',
  'mcp-protocol-version',
  'mcp-session-id',
  'origin',
  'range',
  'referer',
  'sec-fetch-site',
  'user-agent',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-http-method-override',
]

/** RFC 9110 §5.5: visible ASCII, blanks, and obs-text. */
const headerValue = fc.oneof(
  fc.string({
    unit: fc.oneof(
      fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
      fc.integer({ min: 0x80, max: 0xff }).map((code) => String.fromCharCode(code)),
      fc.constant('\t'),
    ),
    maxLength: 80,
  }),
  text.map((value) => value.replace(/[^\x20-\x7e]/g, '')),
)

const authorization = (real: readonly string[]) =>
  fc.oneof(
    headerValue,
    fc
      .tuple(fc.constantFrom('Bearer', 'bearer', 'DPoP', 'Basic', 'Digest', ''), headerValue)
      .map(([scheme, value]) => `${scheme} ${value}`),
    fc.constantFrom(...real).map((value) => `Bearer ${value}`),
    fc
      .tuple(fc.oneof(text, fc.constantFrom(...real)), fc.oneof(text, fc.constantFrom(...real)))
      .map(([id, secret]) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`),
  )

export function headers(real: readonly string[]): fc.Arbitrary<Record<string, string>> {
  const any = fc.dictionary(fc.constantFrom(...HEADERS), headerValue, { maxKeys: 6 })
  const told = fc.record(
    {
      authorization: authorization(real),
      origin: fc.constantFrom('http://localhost:3000', 'null', 'https://evil.example', ''),
      accept: fc.constantFrom('text/html', 'application/json', '*/*;q=', ''),
      'content-type': fc.constantFrom(
        'application/x-www-form-urlencoded',
        'application/x-www-form-urlencoded; charset=utf-7',
        'application/json',
        'application/json; charset=x',
        'multipart/form-data',
        'text/plain',
        'APPLICATION/JSON',
        '/',
        ';',
        '',
      ),
    },
    { requiredKeys: [] },
  )
  return fc.tuple(any, told).map(([first, second]) => ({ ...first, ...second }))
}
