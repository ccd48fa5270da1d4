/** What the pages say in English; the other languages have the same shape. */
import type { RefusalReason } from '../../students/student.ts'
import { type Html, html } from '../html.ts'
import { type AccountMessages, accountEn } from './account-en.ts'

export interface Messages {
  brand: string
  /** @param name of the client, where it gives one */
  client(name: Html | undefined): Html
  /** At the address itself, where a browser opens it. */
  front: { title: string; explain: string; address: string; afterwards: string }
  consent: {
    title: string
    question(client: Html): Html
    claim: string
    /** Before the host of a client id that is a URL. */
    identified: string
    destination: string
    loopback: string
    app: string
    permissions: string
    scopes: ReadonlyMap<string, string>
    instructor: string
    next: string
    allow: string
    cancel: string
    unexpected: string
  }
  /** Where a person logs in, where there are several providers. */
  provider: {
    question: string
    address: string
    open: string
  }
  person: {
    title: string
    loggedInAs(name: Html): Html
    explain: string
    destination(client: Html): Html
    continue(name: Html): Html
    switch: string
    cancel: string
  }
  notEnrolled: {
    title: string
    reasons: Record<RefusalReason, string>
    nothingShared: string
    ask: string
    defaultContact: string
    back: string
    /** In place of `back`, for whoever comes to their own page. */
    backToAccount: string
  }
  waiting: {
    title: string
    explain: string
    /** What the person does once an instructor has approved. */
    afterwards: string
    back: string
  }
  account: AccountMessages
  error: {
    pages: Record<ErrorCode, { title: string; advice: string }>
    /** In place of the advice above, for whoever was at their own page: there is no app to go back to. */
    account: Partial<Record<ErrorCode, string>>
    requestId: string
    staleEntry: string
    /** What to do in each client; a client that is not listed works alike. */
    clients: readonly (readonly [name: string, steps: string | Html])[]
  }
}

export type ErrorCode =
  | 'unknown_client'
  | 'client_document'
  | 'invalid_redirect_uri'
  | 'invalid_request'
  | 'expired'
  | 'already_used'
  | 'wrong_browser'
  | 'forged_form'
  | 'too_many_requests'
  | 'unavailable'
  | 'provider_error'
  | 'login_declined'
  | 'instructors_only'
  | 'internal'

export const en: Messages = {
  brand: 'Battle School',
  client: (name) => (name ? html`“${name}”` : html`an app without a name`),
  front: {
    title: 'Battle School for AI apps',
    explain:
      'This is an MCP server: Claude, ChatGPT, VS Code, Cursor and other apps connect here. You log in with your school’s own login.',
    address: 'Add this address in your app',
    afterwards: 'See which apps are connected, and disconnect them:',
  },
  consent: {
    title: 'Allow access?',
    question: (client) => html`Allow ${client} to use your Battle School data?`,
    claim: 'The app chose this name itself, and nobody has checked it.',
    identified: 'The app’s own address:',
    destination: 'Access goes to',
    loopback:
      'This is a program on your own computer. Allow it only if you started connecting it yourself just now.',
    app: 'This opens an app on your device. Allow it only if you started connecting it yourself just now.',
    permissions: 'The app will be able to',
    scopes: new Map([
      ['school:read', 'read your student record and what the school shows you'],
      ['school:write', 'act in the school on your behalf'],
    ]),
    instructor: 'use instructor tools, if you are an instructor',
    next: 'Next you log in on your school’s own login page. The app never sees your password.',
    allow: 'Allow',
    cancel: 'Cancel',
    unexpected: 'You did not start this? Choose Cancel, and nothing is shared.',
  },
  provider: {
    question: 'Where do you log in?',
    address: 'Or enter your e-mail address there: its domain decides',
    open: 'Choose where you log in. The e-mail address, if you gave one, belongs to none of them.',
  },
  person: {
    title: 'Is this you?',
    loggedInAs: (name) => html`You are already logged in as ${name}`,
    explain: 'This login was open before you began to connect. Continue only if this is you.',
    destination: (client) => html`${client} will use this person’s data at`,
    continue: (name) => html`Continue as ${name}`,
    switch: 'Use another account',
    cancel: 'Cancel',
  },
  notEnrolled: {
    title: 'You are not enrolled in Battle School',
    reasons: {
      no_role: 'Your login works, but it has no place in the school.',
      no_student: 'Your login works, but no student record belongs to it.',
      already_linked: 'Your login works, but its student record already belongs to another login.',
      unknown_person: 'Your login works, but the school does not know it.',
      by_rule: 'Your login works, but the school does not admit it.',
      turned_away: 'Your login works, but an instructor has declined to enrol you.',
      too_many_waiting:
        'Your login works, but too many people are waiting for an instructor right now. Try again later.',
    },
    nothingShared: 'Nothing was shared with the app.',
    ask: 'Whom to ask',
    defaultContact: 'Ask the people who run your school’s login.',
    back: 'Return to the app',
    backToAccount: 'Back',
  },
  waiting: {
    title: 'An instructor has to approve you first',
    explain:
      'Your login works, and an instructor now sees that you are waiting. Nothing was shared with the app.',
    afterwards:
      'Once you are approved, connect again from the app. If nobody decides within two weeks, ask again in the same way.',
    back: 'Return to the app',
  },
  account: accountEn,
  error: {
    pages: {
      unknown_client: {
        title: 'This app is not registered here',
        advice:
          'It may still use a registration that has ended: remove its entry for this server, then connect again. If somebody typed a client id in, check it.',
      },
      client_document: {
        title: 'The app’s identity could not be checked',
        advice:
          'The app names a document on the web that says who it is, and that document could not be read or is not valid. Try again in a minute; if it stays so, tell whoever makes the app.',
      },
      invalid_redirect_uri: {
        title: 'This request cannot be trusted',
        advice:
          'The app asked for the answer at an address it never registered, so nothing was sent. Connect again from the app. If this page comes back, tell the makers of the app.',
      },
      invalid_request: {
        title: 'This request cannot be understood',
        advice: 'Go back to the app and connect again.',
      },
      expired: {
        title: 'This page has expired',
        advice:
          'Too much time has passed, or no login was begun here. Go back to the app and connect again.',
      },
      already_used: {
        title: 'This page was already used',
        advice: 'You may be connected already: look in the app. If not, connect again from there.',
      },
      wrong_browser: {
        title: 'This page cannot be used here',
        advice:
          'It was used already, or another browser began it. Look in the app whether you are connected. If not, connect again from there, in one browser and with cookies allowed.',
      },
      forged_form: {
        title: 'This request did not come from our page',
        advice: 'Nothing was allowed. Go back to the app and connect again.',
      },
      too_many_requests: {
        title: 'Too many people at once',
        advice: 'Nothing is lost. Wait a minute, then go back to the page before and try again.',
      },
      unavailable: {
        title: 'Not available right now',
        advice:
          'Wait a few seconds, then try again: reload this page, or go back to the one before.',
      },
      provider_error: {
        title: 'Login is not set up correctly',
        advice: 'Trying again will not help. Send the number below to whoever runs this server.',
      },
      login_declined: {
        title: 'You are not signed in',
        advice: 'The login was cancelled, or it could not be verified. Nothing has changed.',
      },
      instructors_only: {
        title: 'This page is for instructors',
        advice: 'Your login is no instructor’s at present. Nothing has changed.',
      },
      internal: {
        title: 'Something went wrong on our side',
        advice:
          'Try again in a moment. If it happens again, send the number below to whoever runs this server.',
      },
    },
    account: {
      expired: 'Too much time has passed, or you are signed out. Sign in again.',
      already_used: 'You may be signed in already: look at your account page.',
      wrong_browser:
        'It was used already, or another browser began it. Look at your account page. If you are not signed in, sign in again, in one browser and with cookies allowed.',
      forged_form: 'Nothing was changed. Open your account page and try again from there.',
      invalid_request: 'Nothing was changed. Open your account page and try again from there.',
    },
    requestId: 'Request number',
    staleEntry: 'How to remove the old entry',
    clients: [
      ['Claude', 'Settings → Connectors: remove the connector, then add it again.'],
      [
        'Claude Code',
        html`<code>claude mcp remove NAME</code>, then <code>claude mcp add</code> as before. Or <code>/mcp</code>, choose the server, “Clear authentication”.`,
      ],
      ['ChatGPT', 'Settings → Apps & Connectors: delete the connector, then create it again.'],
      ['Codex', html`<code>codex mcp logout NAME</code>, then <code>codex mcp login NAME</code>.`],
      [
        'VS Code',
        'In the Command Palette run “Authentication: Remove Dynamic Authentication Providers”, then start the server again.',
      ],
      ['Cursor', 'Cursor Settings → MCP: log out of the server, or remove it and add it again.'],
      ['mcp-remote', html`<code>rm -rf ~/.mcp-auth</code>, then start it again.`],
      [
        'MCP Inspector',
        'Clear the OAuth state in the authentication settings, then connect again.',
      ],
    ],
  },
}
