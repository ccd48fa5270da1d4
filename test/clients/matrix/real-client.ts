/**
 * A real client as data: what it sends, in which order, and what its own code refuses to go on without. The few functions
 * are those by which clients differ; `walk.ts` sends it all.
 */
import type { Test } from 'tap'
import type { AuthMethod } from '../../support/sdk-client.ts'
import type { Authenticate } from './client-authentication.ts'

/** The house, as a client is told of it. */
export interface Place {
  origin: string
  mcpUrl: string
  /** Where the clients' documents are served. */
  documents: string
}

export interface ResourceMetadata {
  resource: string
  authorization_servers: string[]
  scopes_supported: string[]
}

export interface ServerMetadata {
  issuer: string
  authorization_endpoint: string
  token_endpoint: string
  registration_endpoint: string
  scopes_supported: string[]
  token_endpoint_auth_methods_supported: string[]
  code_challenge_methods_supported: string[]
  grant_types_supported: string[]
  response_types_supported: string[]
  [member: string]: unknown
}

/** What discovery came to. */
export interface Found {
  /** Of the 401, as far as it was quoted. */
  challenge: { resource_metadata: string; scope: string }
  resource: ResourceMetadata
  server: ServerMetadata
}

export interface Discovery {
  /** The first request to the MCP URL, without a token. */
  probe: { method: 'POST' | 'GET' | 'HEAD'; body?: Record<string, unknown> }
  /** Sent with the probe and to the well-known paths. */
  headers: Record<string, string>
  /** Where it looks when the challenge has no pointer, in this order. */
  resourceMetadata: string[]
  serverMetadata: string[]
  /** What it does not go on without. */
  insists?: (t: Test, found: Found, place: Place) => void
}

export type Parameters = Record<string, string> | [name: string, value: string][]

/** A registered client, however it became one. */
export interface Identity {
  client_id: string
  client_secret?: string
  token_endpoint_auth_method?: string
}

interface AnyWay {
  /** In the title, where a client has several ways of one kind. */
  what?: string
  /** Of this way alone: nobody has read or seen it. */
  assumed?: true
  redirectUri?: string
  authenticate?: Authenticate
}

/** How a client becomes known here; each is a walk of its own. */
export type Way = AnyWay &
  (
    | {
        by: 'registration'
        body(found: Found, redirectUri: string): Record<string, unknown>
        /** Two per connect, both in use at once (C40). */
        twice?: true
        insists?: (t: Test, answer: Record<string, unknown>) => void
      }
    | {
        by: 'document'
        path: string
        /** Without `client_id`, which is where it is served. */
        document(documents: string): Record<string, unknown>
        /** Served beside it, by path. */
        beside?: Record<string, Record<string, unknown>>
      }
    | {
        by: 'pre-registration'
        client_id: string
        client_secret?: string
        method: AuthMethod
      }
  )

export interface Protocol {
  version: string
  clientInfo: { name: string; version: string }
  headers: Record<string, string>
  /** `MCP-Protocol-Version` after `initialize`. */
  saysVersion: boolean
  /** It speaks MCP 2026-07-28 before it falls back to this. */
  modern?: true
  /** A GET for the server's own messages. */
  listens?: true
  /** A DELETE at the end. */
  leaves?: true
}

export interface RealClient {
  name: string
  /** Its requests as a whole are inferred. */
  assumed?: true
  discovery: Discovery
  ways: Way[]
  /** With a new port at each call where the client takes one. */
  redirectUri: () => string
  /** Sent to the endpoints of OAuth; `register` where registration differs. */
  headers: { oauth: Record<string, string>; register?: Record<string, string> }
  state: (place: Place) => string
  /** Opens the authorization URL itself before the browser does (C33). */
  looksFirst?: true
  authenticate: Authenticate
  /** Beyond response type, client, redirect URI, state and PKCE. */
  authorization: (found: Found, place: Place) => Parameters
  /** Beyond grant type, code, verifier, redirect URI and authentication. */
  token: (found: Found, place: Place) => Parameters
  /** Beyond grant type, token and authentication; several are sent at once. */
  refreshes: (found: Found, place: Place) => Parameters[]
  /** Posts it to <origin>/token, whatever the metadata says (C11). */
  refreshesAtOrigin?: true
  /** Of the token's answer. */
  insists?: (t: Test, tokens: Record<string, unknown>, found: Found) => void
  protocol: Protocol
}
