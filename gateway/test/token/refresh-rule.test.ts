import t from 'tap'
import { replicasInMemory } from '../support/replicas.ts'
import { refreshRule } from './refresh-rule.ts'

refreshRule(t, replicasInMemory, 200)
