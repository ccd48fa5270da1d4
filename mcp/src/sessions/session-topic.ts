/**
 * What replicas tell each other of one session, on its topic of the bus: that its log has grown, that it ended, that another
 * view took a stream over, or that its subscriptions changed.
 */
import type { Bus } from '../replicas/bus.ts'

export type SessionNews =
  | { kind: 'logged'; stream: string }
  | { kind: 'ended' }
  /** The view of that stream which is meant to be the only one. */
  | { kind: 'viewed'; stream: string; view: string }
  | { kind: 'subscriptions' }

export function sessionTopic(id: string): string {
  return `session:${id}`
}

export function writeNews(news: SessionNews): string {
  return JSON.stringify(news)
}

/** @throws StoreUnavailableError */
export function tellSession(bus: Bus, id: string, news: SessionNews): Promise<void> {
  return bus.tell(sessionTopic(id), writeNews(news))
}

/** @returns stops listening */
export function hearSession(
  bus: Bus,
  id: string,
  listener: (news: SessionNews) => void,
): () => void {
  return bus.listen(sessionTopic(id), (message) => listener(JSON.parse(message) as SessionNews))
}
