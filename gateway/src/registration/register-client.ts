/**
 * How a registration becomes a client (ADR 15).
 *
 * Hosted clients register anew on each connection, from millions of people. A public client proves nothing by its id, so the
 * same metadata gives the same id, derived from it: such a record is immutable, since it is many registrants'. Whoever is
 * given a secret, or signs, has an id of their own and may manage it (RFC 7592).
 */
import { randomBytes } from 'node:crypto'
import type { ClientMetadata } from '../clients/client.ts'
import { OAuthError } from '../oauth/error.ts'
import { loopbackWithoutPort } from '../oauth/redirect-uri.ts'
import { sha256 } from '../oauth/token-value.ts'
import type { ClientRecord } from '../store/records/client.ts'
import type { IssuedCredentials } from './client-information.ts'
import type { RegistrationRoom } from './room.ts'

/** Milliseconds that a registration lives before its first use. */
const UNUSED_LIFETIME = 86_400_000

export interface Registered {
  client: ClientRecord
  issued: IssuedCredentials
  isNew: boolean
}

/** @param address that asks. @throws OAuthError 429 where too many are new */
export async function registerClient(
  room: RegistrationRoom,
  metadata: ClientMetadata,
  address: string,
): Promise<Registered> {
  const isPublic = metadata.token_endpoint_auth_method === 'none'
  return isPublic && room.config.DCR_SHARED_CLIENTS
    ? registerShared(room, metadata, address)
    : registerOwn(room, metadata, address)
}

async function registerShared(
  room: RegistrationRoom,
  metadata: ClientMetadata,
  address: string,
): Promise<Registered> {
  const { store } = room
  const kept = withoutLoopbackPorts(metadata)
  const id = `bsg_client_${sha256(canonical(kept))}`
  // Each is told its own redirect URIs (C18).
  const answer = (client: ClientRecord, isNew: boolean): Registered => ({
    client: { ...client, redirect_uris: metadata.redirect_uris },
    issued: {},
    isNew,
  })
  const known = await store.get('client', id)
  if (known) {
    await prolong(room, id, address)
    return answer(known, false)
  }
  await room.limits.spend(address)
  const client = recordOf(room, id, kept)
  const first = await store.claim('client', id, client, UNUSED_LIFETIME)
  await store.put('spent', todayOf(id), { version: 1 }, UNUSED_LIFETIME)
  return answer(first ?? client, first === undefined)
}

/**
 * A day from now on, which counts as a new registration once a day: else those that strangers make again each day would be
 * without number; so they are two days of the limit at most. Where the limit is reached it lives as long as it would have.
 */
async function prolong(room: RegistrationRoom, id: string, address: string): Promise<void> {
  const { store, limits } = room
  const today = todayOf(id)
  if (!(await store.get('spent', today))) {
    try {
      await limits.spend(address)
    } catch (error) {
      if (error instanceof OAuthError) return
      throw error
    }
    await store.put('spent', today, { version: 1 }, UNUSED_LIFETIME)
  }
  await store.extend('client', id, UNUSED_LIFETIME)
}

function todayOf(id: string): string {
  return `registered ${id}`
}

async function registerOwn(
  room: RegistrationRoom,
  metadata: ClientMetadata,
  address: string,
): Promise<Registered> {
  await room.limits.spend(address)
  const id = `bsg_client_${randomBytes(16).toString('base64url')}`
  const registration_access_token = `bsg_rat_${randomBytes(32).toString('base64url')}`
  const { client, client_secret } = withSecret({
    ...recordOf(room, id, metadata),
    registration_access_token_sha256: sha256(registration_access_token),
  })
  await room.store.put('client', id, client, UNUSED_LIFETIME)
  const issued = { ...(client_secret ? { client_secret } : {}), registration_access_token }
  return { client, issued, isNew: true }
}

/** C17: a secret if and only if the method uses one; a new one only where there is none yet. */
export function withSecret(client: ClientRecord): { client: ClientRecord; client_secret?: string } {
  const { client_secret_sha256, ...bare } = client
  if (!client.token_endpoint_auth_method.startsWith('client_secret_')) return { client: bare }
  if (client_secret_sha256 !== undefined) return { client }
  const client_secret = `bsg_cs_${randomBytes(32).toString('base64url')}`
  return { client: { ...bare, client_secret_sha256: sha256(client_secret) }, client_secret }
}

function recordOf(room: RegistrationRoom, id: string, metadata: ClientMetadata): ClientRecord {
  return {
    version: 1,
    client_id: id,
    client_id_issued_at: Math.floor(room.now() / 1000),
    ...metadata,
  }
}

/**
 * The part of it that counts: a native app listens on another loopback port each time, and no port is compared there
 * (RFC 8252 §7.3, C21), so that it would be another client at each start.
 */
function withoutLoopbackPorts(metadata: ClientMetadata): ClientMetadata {
  const redirect_uris = metadata.redirect_uris.map((uri) => loopbackWithoutPort(uri) ?? uri)
  return { ...metadata, redirect_uris: [...new Set(redirect_uris)] }
}

/** One text for one metadata, whatever the order of its members. */
function canonical(metadata: ClientMetadata): string {
  return JSON.stringify(Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1)))
}
