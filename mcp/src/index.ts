/** What a server that takes the school's place needs: the app, its settings, and who asks. */
export { type AppOptions, buildApp } from './app.ts'
export { type Person, personOf } from './authentication/person.ts'
export { type Config, readConfig } from './config.ts'
export type { Asked, ServerFactory, ServingContext } from './serving.ts'
export { memoised } from './tools/memoised-schema.ts'
export { answerToolList, type ListedTool, type ToolList, toolList } from './tools/tool-list.ts'
