/** The OpenID providers side by side: by the id in the callback's path, and by the issuer that tokens name. */
import type { Upstream } from './upstream.ts'

export interface Providers {
  /** At least one, in the order in which people are asked. */
  readonly all: readonly Upstream[]
  find(id: string): Upstream | undefined
  withIssuer(iss: string): Upstream | undefined
}

export function createProviders(all: readonly Upstream[]): Providers {
  return {
    all,
    find: (id) => all.find((upstream) => upstream.id === id),
    withIssuer: (iss) => all.find((upstream) => upstream.issuer === iss),
  }
}
