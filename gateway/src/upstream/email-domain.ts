import { domainToASCII } from 'node:url'

/** As DNS compares it; undefined for what is no domain. A whole domain, never a pattern. */
export function emailDomain(text: string): string | undefined {
  const domain = domainToASCII(text.trim()).toLowerCase()
  return /^(?=.{1,253}$)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$/.test(domain) ? domain : undefined
}
