/** What the pages of the account room say in English. */
import { type Html, html } from '../html.ts'

/** What a page says once, after a form was answered. */
export const NOTICES = [
  'disconnected',
  'disconnected_all',
  'approved',
  'refused',
  'not_waiting',
  'unknown_student',
  'student_taken',
] as const
export type Notice = (typeof NOTICES)[number]

/** What somebody who signs out left; `unknown`: nobody signed out in this browser just now. */
export type Farewell = 'here' | 'everywhere' | 'everywhere_but_provider' | 'unknown'

export interface AccountMessages {
  title: string
  signIn: {
    explain: string
    button: string
    /** Where there are several providers. */
    buttonAt(name: Html): Html
    next: string
  }
  /** For whoever has to be approved first, and came here. */
  waiting: { explain: string; afterwards: string; back: string }
  signedInAs(name: Html): Html
  pages: { here: string; people: string; newer: string; older: string }
  notices: Record<Notice, string>
  school: {
    heading: string
    student: string
    noStudent: string
    role: string
    roles: Record<'student' | 'instructor', string>
    rule: string
  }
  apps: {
    heading: string
    none: string
    explain: string
    address: string
    identified: string
    noAddress: string
    may: string
    instruct: string
    connected: string
    used: string
    usedFrom(address: Html, program: Html | undefined): Html
    disconnect: string
    disconnectAll: string
    disconnectAllExplain: string
  }
  signOut: {
    heading: string
    hereExplain: string
    here: string
    everywhereExplain: string
    everywhere: string
  }
  signedOut: Record<Farewell, { title: string; explain: string }>
  toAccount: string
  /** Beside a question that an app asks. */
  manage: string
  people: {
    title: string
    waiting: {
      heading: string
      none: string
      explain: string
      person: string
      proven: string
      unproven: string
      since: string
      decision: string
      student: string
      approve: string
      refuse: string
    }
    find: { heading: string; student: string; client: string; button: string }
    nobody: string
    grantsOf(whom: Html): Html
    student(id: string): Html
    person: string
    app: string
    lastUsed: string
    action: string
    ofPerson: string
    ofClient: string
    withoutNumber: string
  }
}

export const accountEn: AccountMessages = {
  title: 'Your account',
  signIn: {
    explain: 'See which AI apps can use your Battle School data, and disconnect them.',
    button: 'Sign in',
    buttonAt: (name) => html`Sign in with ${name}`,
    next: 'You sign in on your school’s own login page.',
  },
  waiting: {
    explain: 'Your login works, and an instructor now sees that you are waiting.',
    afterwards: 'If nobody decides within two weeks, sign in again to ask again.',
    back: 'Back',
  },
  signedInAs: (name) => html`Signed in as ${name}`,
  pages: {
    here: 'Pages',
    people: 'People: approvals and connected apps',
    newer: 'Newer',
    older: 'Older',
  },
  notices: {
    disconnected: 'The app is disconnected.',
    disconnected_all: 'All of these apps are disconnected.',
    approved: 'Approved. The person can connect an app now.',
    refused: 'Refused.',
    not_waiting: 'This person is not waiting any more.',
    unknown_student: 'No student has that number. Nobody was approved.',
    student_taken: 'That student is somebody else already. Nobody was approved.',
  },
  school: {
    heading: 'You in the school',
    student: 'Student number',
    noStudent: 'none',
    role: 'Role',
    roles: { student: 'student', instructor: 'instructor' },
    rule: 'Decided by the rule',
  },
  apps: {
    heading: 'Connected apps',
    none: 'No app is connected.',
    explain:
      'Names are chosen by the apps themselves. “Last used” is when the app last renewed its access.',
    address: 'Access went to',
    identified: 'Its own address',
    noAddress: 'no address: set up by your company',
    may: 'It can',
    instruct: 'use instructor tools',
    connected: 'Connected',
    used: 'Last used',
    usedFrom: (address, program) => html`from ${address}${program && html`, by ${program}`}`,
    disconnect: 'Disconnect',
    disconnectAll: 'Disconnect all apps',
    disconnectAllExplain:
      'An app that you disconnect has to ask you again before it gets anything.',
  },
  signOut: {
    heading: 'Sign out',
    hereExplain:
      'Leave this page. Your apps stay connected, and your school login may stay open in this browser.',
    here: 'Sign out of this page',
    everywhereExplain:
      'Disconnect every app, leave this page in every browser, and end your school login.',
    everywhere: 'Sign out everywhere',
  },
  signedOut: {
    here: {
      title: 'You are signed out of this page',
      explain:
        'Your apps stay connected. Your school login may still be open in this browser: on a computer that others use, log out there too.',
    },
    everywhere: {
      title: 'You are signed out everywhere',
      explain: 'Every app is disconnected, and your school login has ended.',
    },
    everywhere_but_provider: {
      title: 'You are signed out here',
      explain:
        'Every app is disconnected. Your school login could not be ended from here: log out there yourself, or close this browser.',
    },
    unknown: {
      title: 'Nobody signed out here just now',
      explain: 'Your account page says whether you are signed in.',
    },
  },
  toAccount: 'Go to your account page',
  manage: 'See or disconnect the apps that are connected already',
  people: {
    title: 'People',
    waiting: {
      heading: 'Waiting for approval',
      none: 'Nobody is waiting.',
      explain:
        'Names and addresses are as the login provider sends them. A name can be anybody’s: compare the verified e-mail address, or the id at the provider. Approve only whom you know. Without a student number the person becomes a new cadet.',
      person: 'Person',
      proven: 'e-mail verified',
      unproven: 'e-mail not verified',
      since: 'Since',
      decision: 'Decision',
      student: 'Student number, if any',
      approve: 'Approve',
      refuse: 'Refuse',
    },
    find: {
      heading: 'Find connected apps',
      student: 'Student number',
      client: 'Client id of an app',
      button: 'Find',
    },
    nobody: 'Nobody with that student number has logged in.',
    grantsOf: (whom) => html`Connected apps: ${whom}`,
    student: (id) => html`student <span class="whole">${id}</span>`,
    person: 'Person',
    app: 'App',
    lastUsed: 'Last used',
    action: 'Action',
    ofPerson: 'Disconnect all apps of this person',
    ofClient: 'Disconnect everybody who uses this app',
    withoutNumber: 'no student number',
  },
}
