/** Failures of mcp before it answered, as a client sees them. */

export interface Failure {
  status: 502 | 503 | 504
  /** Public. */
  message: string
  /** For the log. */
  detail: string
  /** The contact itself failed. */
  unreachable: boolean
}

/** mcp answered, but nothing that a client may see. */
export function misbehaviour(detail: string): Failure {
  const message = 'The MCP server behind this gateway could not serve the request'
  return { status: 502, message, detail, unreachable: false }
}

/** We stop, or cannot tell whether the grant is alive: the call may have been done, its answer is not awaited. */
export const interrupted: Failure = {
  status: 503,
  message: 'The gateway could not wait for the answer; the call may have been carried out',
  detail: 'interrupted: the process ends, or the store is silent',
  unreachable: false,
}

/** The call has had its time, and its token is over. Not a 401: the call may have been done, whatever a new token says. */
export const overdue: Failure = {
  status: 504,
  message: 'The answer did not come in time; the call may have been carried out',
  detail: 'overdue: the call had its time',
  unreachable: false,
}

/** @param error of undici or of the socket */
export function failureOf(error: Error): Failure {
  const { code } = error as NodeJS.ErrnoException
  const failure = {
    message: 'The MCP server is not available, try again',
    detail: code ?? error.message,
    unreachable: true,
  }
  switch (code) {
    // Nothing was sent.
    case 'ECONNREFUSED':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'UND_ERR_CLOSED':
    case 'UND_ERR_DESTROYED':
      return { ...failure, status: 503 }
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return { ...failure, status: 504 }
    default:
      // It may have been sent and even done: RFC 9110 §9.2.2 leaves it to the client whether to repeat it.
      return { ...failure, status: 502 }
  }
}
