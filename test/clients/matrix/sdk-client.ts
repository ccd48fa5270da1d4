/** A real client that is built on one of the TypeScript SDKs: here the SDK itself speaks, with what the application gives it. */
import type { Test } from 'tap'
import type { Application, AuthMethod } from '../../support/sdk-client.ts'
import type { Discovery, Place } from './real-client.ts'

export interface SdkClient {
  name: string
  sdk: 1 | 2
  ways: SdkWay[]
  headers: Record<string, string>
  /** What the application asks by itself, before the SDK does. */
  asksFirst?: Discovery
  also?: (t: Test, place: Place) => Promise<void>
}

export interface SdkWay {
  what: string
  method: AuthMethod
  application: Application
  /** A client id that the application brings, so that the SDK does not register. */
  clientId?: (place: Place) => string
  /** A document to serve. */
  document?: { path: string; content: Record<string, unknown> }
  /** As behind a proxy that strips the pointer and knows only the last spelling of each document. */
  hidden?: true
}
