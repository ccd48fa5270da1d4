/** The headers of every page. */
import { stylesheetHash } from './stylesheet.ts'

// No Cross-Origin-Opener-Policy: a client that opened us in a popup would read it as closed (bluesky-social/atproto#3638).
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  // No form-action: Chromium applies it to the whole redirect chain, which ends at the client (C38).
  'content-security-policy': [
    "default-src 'none'",
    `style-src ${stylesheetHash}`,
    "img-src 'self'",
    "base-uri 'none'",
    // RFC 9700 §4.16: consent that is framed can be clicked away.
    "frame-ancestors 'none'",
  ].join('; '),
  'x-frame-options': 'DENY',
  // With no-referrer Chromium sends `Origin: null` on the form’s POST, and ours is checked.
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
}
