/** What a visit needs that a test does not look at. */
import type { ServerNotifier } from '@modelcontextprotocol/server'

export const silentNotifier: ServerNotifier = {
  toolsChanged() {},
  promptsChanged() {},
  resourcesChanged() {},
  resourceUpdated() {},
}
