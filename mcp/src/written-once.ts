/**
 * Lists that never change, and the JSON of each, written once: of a list of tools most of the cost is to write it. The text
 * belongs to the very object that was given, so an answer can only hold what its server has put into it.
 */

const written = new WeakMap<object, string>()

/** @returns the list, which nobody can change any more */
export function writtenOnce<List extends readonly object[]>(list: List): List {
  written.set(deeplyFrozen(list), JSON.stringify(list))
  return list
}

/** A JSON-RPC message as JSON. @throws TypeError for what JSON cannot say */
export function messageJson(message: unknown): string {
  const { tools } = (message as { result?: { tools?: object } }).result ?? {}
  const json = tools && written.get(tools)
  if (json === undefined) return JSON.stringify(message)
  const { result, ...envelope } = message as { result: object & { tools: object } }
  const { tools: _, ...others } = result
  const rest = JSON.stringify(others).slice(1)
  const comma = rest === '}' ? '' : ','
  return `{"result":{"tools":${json}${comma}${rest},${JSON.stringify(envelope).slice(1)}`
}

function deeplyFrozen<T extends object>(value: T): T {
  for (const part of Object.values(value)) {
    if (typeof part === 'object' && part !== null) deeplyFrozen(part)
  }
  return Object.freeze(value)
}
