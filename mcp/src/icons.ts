/** The school's icon, for clients that show one beside a server or its tools. Inline, so that it needs no route. */
import type { Icon } from '@modelcontextprotocol/server'

// Short: 2026-07-28 repeats the server's identity, and so this, in every answer.
const svg =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="#14213d" d="M0 0h32v32H0z"/><path fill="#fca311" d="M16 4l10 6v12l-10 6-10-6V10z"/></svg>'

export const schoolIcons: Icon[] = [
  {
    src: `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`,
    mimeType: 'image/svg+xml',
    sizes: ['any'],
  },
]
