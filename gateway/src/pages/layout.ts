/** A whole document around a page's card. No script, anywhere. */
import { Html, html } from './html.ts'
import { type Locale, messagesOf } from './locale.ts'
import { stylesheet } from './stylesheet.ts'

/**
 * @param title plain words of our own: `<title>` cannot isolate a name that a stranger chose
 * @param width `wide` for tables
 */
export function layout(
  locale: Locale,
  title: string,
  card: Html,
  width: 'normal' | 'wide' = 'normal',
): string {
  const { brand } = messagesOf(locale)
  return html`<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} · ${brand}</title>
<link rel="icon" href="/favicon.ico">
<style>${new Html(stylesheet)}</style>
</head>
<body class="${width}">
<header><img src="/favicon.ico" alt="" width="28" height="28">${brand}</header>
<main>
${card}
</main>
</body>
</html>
`.text
}
