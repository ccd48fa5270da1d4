/**
 * A network of the test's own: a test file runs itself again in a fresh network and mount namespace of Linux, where any
 * address, name server and certificate authority may be had and nothing leads out.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'

/** Whoever is not root may have it where the kernel lets users have namespaces. */
const UNSHARE = [
  ...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']),
  '--net',
  '--mount',
]

/** A fresh network namespace has a loopback interface that is down, and nothing else. */
export function isOwnNetwork(): boolean {
  return Object.keys(networkInterfaces()).length === 0
}

/** Runs the file again, inside, with a certificate for `names` in `CERTIFICATES` that Node there believes. */
export function runInOwnNetwork(t: Test, file: string, names: readonly string[]): void {
  const tried = spawnSync('unshare', [...UNSHARE, 'ip', 'link'], { encoding: 'utf8' })
  if (tried.status !== 0) {
    t.fail(
      'These tests need a network namespace: Linux with unshare and iproute2, as root or where users may have namespaces.',
      { reason: tried.error?.message ?? tried.stderr },
    )
    return
  }
  const folder = mkdtempSync(join(tmpdir(), 'own-network-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  makeCertificates(folder, names)
  const args = [...UNSHARE, process.execPath, ...process.execArgv, fileURLToPath(file)]
  const env = { ...process.env, CERTIFICATES: folder, NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') }
  void t.spawn('unshare', args, { env }, 'in a network of its own')
}

/** Inside: loopback is up, has these addresses too, and names are asked for at 127.0.0.1. */
export function setUpOwnNetwork(folder: string, addresses: readonly string[]): void {
  if (!isOwnNetwork()) throw new Error('this would change the network of the machine')
  const ip = (...args: string[]) => execFileSync('ip', args)
  ip('link', 'set', 'lo', 'up')
  for (const address of addresses) ip('address', 'add', address, 'dev', 'lo')
  const resolvConf = join(folder, 'resolv.conf')
  writeFileSync(resolvConf, 'nameserver 127.0.0.1\n')
  execFileSync('mount', ['--bind', resolvConf, '/etc/resolv.conf'])
}

function makeCertificates(folder: string, names: readonly string[]): void {
  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-days',
    '2',
    '-subj',
    '/CN=ca',
  )
  openssl('req', ...key, '-keyout', 'key.pem', '-out', 'request.pem', '-subj', '/CN=server')
  const san = names.map((name) => `DNS:${name}`).join(',')
  writeFileSync(join(folder, 'extensions'), `subjectAltName=${san}\n`)
  openssl(
    'x509',
    ...['-req', '-in', 'request.pem', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'],
    ...['-days', '2', '-extfile', 'extensions', '-out', 'cert.pem'],
  )
}
