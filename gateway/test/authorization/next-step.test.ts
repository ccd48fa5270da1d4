import t from 'tap'
import { nextStep, type Progress } from '../../src/authorization/next-step.ts'

const startedAt = 1_700_000_000_500
const fresh = { startedAt, authenticatedAt: 1_700_000_000_000 }
const older = { startedAt, authenticatedAt: 1_699_999_999_000 }
const silent = { startedAt, authenticatedAt: undefined }

t.test('the order of an authorization', async (t) => {
  const cases: [string, Progress, ReturnType<typeof nextStep>][] = [
    ['consent comes first', {}, 'ask_consent'],
    ['consent comes before a login that is there already', { login: fresh }, 'ask_consent'],
    ['a refusal ends it', { consent: 'cancel' }, 'deny'],
    ['then the provider', { consent: 'allow' }, 'log_in'],
    [
      'a login of this second is the person’s own',
      { consent: 'allow', login: fresh },
      'enrol_and_respond',
    ],
    ['an older session is confirmed', { consent: 'allow', login: older }, 'confirm_person'],
    ['no auth_time counts as older', { consent: 'allow', login: silent }, 'confirm_person'],
    ['confirmed', { consent: 'allow', login: older, person: 'continue' }, 'enrol_and_respond'],
    ['another account', { consent: 'allow', login: older, person: 'switch' }, 'log_in_again'],
    ['not me', { consent: 'allow', login: older, person: 'cancel' }, 'deny'],
    ['no answer to the person page without consent', { person: 'continue' }, 'ask_consent'],
    [
      'no answer to the person page without a login',
      { consent: 'allow', person: 'continue' },
      'log_in',
    ],
  ]
  for (const [title, progress, step] of cases) t.equal(nextStep(progress, true), step, title)
})

t.test('CONFIRM_PERSON=off binds an older session without asking', async (t) => {
  t.equal(nextStep({ consent: 'allow', login: older }, false), 'enrol_and_respond')
  t.equal(nextStep({ login: older }, false), 'ask_consent', 'consent stays')
})
