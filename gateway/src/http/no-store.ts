/** Headers of every answer that holds a token, a secret, or an error (RFC 6749 §5.1; RFC 9111 §5.4 for `pragma`). */
export const NO_STORE = { 'cache-control': 'no-store', pragma: 'no-cache' } as const
