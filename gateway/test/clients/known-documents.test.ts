import { readdirSync } from 'node:fs'
import t from 'tap'
import { createAdmission } from '../../src/clients/admission.ts'
import { readClientDocument } from '../../src/clients/documents/client-id-metadata-document.ts'
import { isDocumentUrl } from '../../src/clients/documents/document-url.ts'
import { knownDocument, knownDocuments } from '../../src/clients/known-documents/known-documents.ts'
import { isLoopback } from '../../src/oauth/loopback.ts'
import { OPEN } from '../support/admission.ts'

const DAY = /^20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/
/** A file at a commit, or an issue or pull request: what is cited stays as it was read. */
const CITABLE =
  /^https:\/\/github\.com\/[\w.-]+\/[\w.-]+\/(blob\/[0-9a-f]{40}\/.+|(issues|pull)\/\d+)$/
/** Hosts beyond the client's own that its maker is known to send people back to. */
const ELSEWHERE = new Map([['https://slack.com', ['oauth2.slack.com']]])

t.test('C30: each copy is in the list, and found by its own URL only', async (t) => {
  const folder = new URL('../../src/clients/known-documents/', import.meta.url)
  const files = readdirSync(folder).filter((file) => !file.startsWith('known-document'))
  t.equal(files.length, knownDocuments.length)
  t.equal(new Set(knownDocuments.map(({ document }) => document.client_id)).size, files.length)
  for (const { document } of knownDocuments) {
    t.equal(knownDocument(document.client_id), document)
    t.equal(knownDocument(`${document.client_id}?`), undefined)
  }
  t.equal(knownDocument('__proto__'), undefined)
})

for (const { source, read, published, document } of knownDocuments) {
  t.test(`C30: ${document.client_id} has a citable source, a date, and is valid`, async (t) => {
    t.match(source, CITABLE)
    t.match(read, DAY)
    t.ok(Date.parse(read) <= Date.now(), 'read, not to be read')
    if (published !== undefined) {
      t.match(published, DAY)
      t.ok(Date.parse(published) <= Date.parse(read), 'published before it was read')
    }
    t.ok(isDocumentUrl(document.client_id))
    const client = readClientDocument(document.client_id, document, createAdmission(OPEN))
    t.same(client.redirect_uris, document.redirect_uris, 'none is dropped, none is added')
    t.equal(client.client_name, document.client_name)
  })

  t.test(`C30: ${document.client_id} sends nobody elsewhere`, async (t) => {
    const { origin, hostname } = new URL(document.client_id)
    const homes = [hostname, ...(ELSEWHERE.get(origin) ?? [])]
    for (const uri of document.redirect_uris as string[]) {
      const url = new URL(uri)
      t.ok(isLoopback(url) || (url.protocol === 'https:' && homes.includes(url.hostname)), uri)
    }
    const { jwks_uri } = document
    if (jwks_uri !== undefined) t.equal(new URL(String(jwks_uri)).hostname, hostname)
  })
}
