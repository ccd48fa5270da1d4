/** Are the three ports free? Asked before anything starts, so that the one that is not can be named. */
import { createServer } from 'node:net'

/** `localhost` is both addresses: a stranger on ::1 would take our visitors. */
const LOOPBACK = ['127.0.0.1', '::1']

/** @throws Error that names the first busy port and what it is for */
export async function requireFreePorts(ports: Record<string, number>): Promise<void> {
  for (const [name, port] of Object.entries(ports)) {
    if (await isBusy(port)) {
      throw new Error(
        `Port ${port} is busy (${name} needs it). Stop what uses it, or start with another PORT, e.g. PORT=4000 npm start.`,
      )
    }
  }
}

/** True where somebody listens on the port at either loopback address. @throws Error where it cannot be used at all */
export async function isBusy(port: number): Promise<boolean> {
  for (const host of LOOPBACK) if (await isBusyAt(port, host)) return true
  return false
}

function isBusyAt(port: number, host: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(true)
      // A machine without IPv6 has nobody on ::1.
      else if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') resolve(false)
      else reject(new Error(`Port ${port} cannot be used: ${error.code}`))
    })
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(false)))
  })
}
