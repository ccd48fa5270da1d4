/** As much of HTML as our pages and Keycloak's need: forms, their hidden inputs and buttons, and links. */

export interface Form {
  id: string | undefined
  action: string
  hidden: Record<string, string>
  /** Names of what a person types. */
  fields: string[]
  buttons: { name: string; value: string }[]
}

export function findForms(html: string): Form[] {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)].map(
    ([, tag = '', inner = '']) => {
      const form = attributes(tag)
      const inputs = [...inner.matchAll(/<input\b([^>]*)>/gi)].map(([, input = '']) =>
        attributes(input),
      )
      return {
        id: form.id,
        action: form.action ?? '',
        hidden: Object.fromEntries(
          inputs
            .filter(({ type, name }) => type === 'hidden' && name)
            .map(({ name = '', value = '' }) => [name, value]),
        ),
        fields: inputs.flatMap(({ type, name }) => (name && type !== 'hidden' ? [name] : [])),
        buttons: [...inner.matchAll(/<button\b([^>]*)>/gi)]
          .map(([, button = '']) => attributes(button))
          .flatMap(({ name, value = '' }) => (name ? [{ name, value }] : [])),
      }
    },
  )
}

export function findLinks(html: string, base: URL): URL[] {
  return [...html.matchAll(/<a\b([^>]*)>/gi)].flatMap(([, tag = '']) => {
    const { href } = attributes(tag)
    return href !== undefined && URL.canParse(href, base.href) ? [new URL(href, base)] : []
  })
}

function attributes(tag: string): Record<string, string | undefined> {
  return Object.fromEntries(
    [...tag.matchAll(/([a-z-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/gi)].map(
      ([, name = '', double, single, bare]) => [
        name.toLowerCase(),
        decoded(double ?? single ?? bare ?? ''),
      ],
    ),
  )
}

const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function decoded(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|([a-z]+));/gi, (whole, decimal, hex, name) =>
    name === undefined
      ? String.fromCodePoint(Number.parseInt(decimal ?? hex, decimal ? 10 : 16))
      : (NAMED[name] ?? whole),
  )
}
