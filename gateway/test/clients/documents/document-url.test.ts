import t from 'tap'
import { isDocumentUrl } from '../../../src/clients/documents/document-url.ts'
import { knownDocuments } from '../../../src/clients/known-documents/known-documents.ts'

t.test('CIMD §3: an https URL with a path, in its one spelling, may name a document', async (t) => {
  for (const { document } of knownDocuments) t.ok(isDocumentUrl(document.client_id))
  for (const url of [
    'https://app.example.com/client.json',
    'https://app.example.com/a/b/',
    'https://app.example.com/client?version=1',
    'https://xn--bcher-kva.example.com/client.json',
    'https://1.example.com/c',
    'https://10.0.0.1.nip.io/c',
  ]) {
    t.equal(isDocumentUrl(url), true, url)
  }
})

t.test('CIMD §3: a fragment, user info, dot segments or no path is refused', async (t) => {
  for (const url of [
    '',
    'client',
    'https://app.example.com',
    'https://app.example.com/',
    'https://app.example.com/?client',
    'https://app.example.com/c#fragment',
    'https://app.example.com/c#',
    'https://user@app.example.com/c',
    'https://user:password@app.example.com/c',
    'https://:@app.example.com/c',
    'https://app.example.com/a/../c',
    'https://app.example.com/./c',
    'https://app.example.com/a/%2e%2e/c',
  ]) {
    t.equal(isDocumentUrl(url), false, url)
  }
})

t.test(
  'CIMD §4: a URL that a parser spells differently is refused: two spellings are not one client',
  async (t) => {
    for (const url of [
      'HTTPS://app.example.com/c',
      'https://APP.example.com/c',
      'https://app.example.com:443/c',
      'https://bücher.example.com/c',
      'https://app。example。com/c',
      'https://app.example.com/ü',
      'https://app.example.com/a b',
      'https://app.example.com\\c',
      'https:/app.example.com/c',
      'https:app.example.com/c',
      ' https://app.example.com/c',
      'https://app.example.com/c\n',
      'https://app.exa\tmple.com/c',
      'https://ａpp.example.com/c',
    ]) {
      t.equal(isDocumentUrl(url), false, url)
    }
  },
)

t.test('CIMD §3: https on port 443 only', async (t) => {
  for (const url of [
    'http://app.example.com/c',
    'https://app.example.com:8443/c',
    'https://app.example.com:80/c',
    'ftp://app.example.com/c',
    'file:///etc/passwd',
    'data:application/json,%7B%7D',
    'javascript:alert(1)',
    'blob:https://app.example.com/c',
  ]) {
    t.equal(isDocumentUrl(url), false, url)
  }
})

t.test(
  'MCP security best practices, SSRF: no literal address is a name, however it is written',
  async (t) => {
    for (const host of [
      '127.0.0.1',
      '8.8.8.8',
      '2130706433',
      '0x7f000001',
      '0177.0.0.1',
      '127.1',
      '127.0.0.1.',
      '169.254.169.254',
      '①②⑦.0.0.1',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      '[64:ff9b::7f00:1]',
      '[2002:7f00:1::]',
      '[fe80::1]',
      '[fe80::1%25eth0]',
      '[2606:4700::6810:84e5]',
    ]) {
      t.equal(isDocumentUrl(`https://${host}/c`), false, host)
    }
  },
)

t.test('RFC 6761: no name that the public DNS does not have', async (t) => {
  for (const host of [
    'localhost',
    'localhost.',
    'app.localhost',
    'app.localhost.',
    'redis',
    'redis.',
    'metadata.google.internal',
    'metadata.google.internal.',
    'app.example.com.',
    'printer.local',
    'router.lan',
    'nas.home',
    'home.arpa',
    '1.0.0.127.in-addr.arpa',
    'a.test',
    'a.invalid',
    'a.example',
    'a.onion',
    '.example.com',
  ]) {
    t.equal(isDocumentUrl(`https://${host}/c`), false, host)
  }
})

t.test('a URL is at most 2048 characters', async (t) => {
  const url = 'https://app.example.com/'.padEnd(2048, 'c')
  t.equal(isDocumentUrl(url), true)
  t.equal(isDocumentUrl(`${url}c`), false)
})

t.test('CIMD_DEVELOPMENT_ORIGINS: exactly the origins named, with http and any port', async (t) => {
  const origins = ['http://localhost:7591', 'https://127.0.0.1:8443']
  t.equal(isDocumentUrl('http://localhost:7591/client.json', origins), true)
  t.equal(isDocumentUrl('https://127.0.0.1:8443/client.json', origins), true)
  t.equal(isDocumentUrl('https://app.example.com/c', origins), true, 'and what is public')
  for (const url of [
    'http://localhost:7592/c',
    'http://localhost/c',
    'https://localhost:7591/c',
    'http://localhost.:7591/c',
    'http://127.0.0.1:7591/c',
    'http://[::1]:7591/c',
    'http://a.localhost:7591/c',
    'http://localhost:7591/',
    'http://localhost:7591/c#',
    'http://user@localhost:7591/c',
    'http://LOCALHOST:7591/c',
    'http://localhost:07591/c',
    // Its origin is the one inside it, and it is no address to fetch from.
    'blob:http://localhost:7591/c',
  ]) {
    t.equal(isDocumentUrl(url, origins), false, url)
  }
})
