/** A door whose documents of clients come from a web of the test's own: what is at each URL, or why it cannot be had. */
import type { Test } from 'tap'
import { ClientDocumentError } from '../../src/clients/client.ts'
import { type Door, openDoor } from './door.ts'

export interface DocumentWeb {
  door: Door
  /** A URL that is not here is out of reach. */
  web: Map<string, Record<string, unknown> | ClientDocumentError['reason']>
  /** Every URL that was fetched. */
  fetches: string[]
}

export async function openDoorWithDocuments(
  t: Test,
  environment: Record<string, string> = {},
): Promise<DocumentWeb> {
  const web: DocumentWeb['web'] = new Map()
  const fetches: string[] = []
  const door = await openDoor(t, environment, {
    fetchDocument: async (url) => {
      fetches.push(url)
      const there = web.get(url) ?? 'unreachable'
      if (typeof there === 'string') throw new ClientDocumentError(there, 'why it cannot be had')
      return { document: structuredClone(there), freshFor: undefined }
    },
  })
  return { door, web, fetches }
}
