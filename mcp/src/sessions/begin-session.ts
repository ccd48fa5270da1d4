/** A session begins, and at every replica those end that its person may no longer have. */
import type { Bus } from '../replicas/bus.ts'
import type { Session } from './session.ts'
import type { SessionStore } from './session-store.ts'
import { tellSession } from './session-topic.ts'

/** @throws StoreUnavailableError */
export async function beginSession(
  session: Session,
  { sessions, bus }: { sessions: SessionStore; bus: Bus },
): Promise<void> {
  const ended = await sessions.create(session)
  await Promise.all(ended.map((id) => tellSession(bus, id, { kind: 'ended' })))
}
