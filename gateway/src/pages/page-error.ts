/** An error for the person's eyes only: a page says it, and nothing may be redirected. */
import { UpstreamError } from '../upstream/upstream.ts'
import type { ErrorPageCode } from './error-page.ts'

export class PageError extends Error {
  override readonly name = 'PageError'
  readonly code: ErrorPageCode
  readonly status: number
  /** Where a room answers whose page it was not. */
  readonly from: 'account' | undefined

  constructor(
    code: ErrorPageCode,
    status: number,
    detail: string,
    options: ErrorOptions & { from?: 'account' } = {},
  ) {
    super(detail, options.cause === undefined ? {} : { cause: options.cause })
    this.code = code
    this.status = status
    this.from = options.from
  }
}

/** The page for a provider to which nobody can be sent; anything else as it is. */
export function unreachableProvider(error: unknown): unknown {
  if (!(error instanceof UpstreamError)) return error
  return error.kind === 'misconfigured'
    ? new PageError('provider_error', 500, 'the provider is misconfigured', { cause: error })
    : new PageError('unavailable', 503, 'the provider is unavailable', { cause: error })
}
