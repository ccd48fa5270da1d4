import t from 'tap'
import { MemorySchoolStore } from '../../src/school/memory-school-store.ts'
import { keepsItsPromises } from './school-store-promises.ts'

await keepsItsPromises(t, async (_t, roster) => new MemorySchoolStore(roster))
