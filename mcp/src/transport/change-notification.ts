/** Changes as clients of the 2025 revisions are told of them. */
import type { JSONRPCNotification, ServerEvent } from '@modelcontextprotocol/server'

export function changeNotification(event: ServerEvent): JSONRPCNotification {
  const params =
    event.kind === 'resource_updated' ? { ...event.params, uri: event.uri } : event.params
  return { jsonrpc: '2.0', method: METHODS[event.kind], ...(params && { params }) }
}

const METHODS = {
  tools_list_changed: 'notifications/tools/list_changed',
  prompts_list_changed: 'notifications/prompts/list_changed',
  resources_list_changed: 'notifications/resources/list_changed',
  resource_updated: 'notifications/resources/updated',
} as const satisfies Record<ServerEvent['kind'], string>
