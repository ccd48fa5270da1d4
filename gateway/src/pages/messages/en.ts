/** What the pages say in English; the other languages have the same shape. */

export interface Messages {
  brand: string
  consent: {
    title(client: string): string
    claim: string
    unnamed: string
    identified: string
    destination: string
    loopback: string
    customScheme: string
    permissions: string
    scopes: Record<string, string>
    instructor: string
    next: string
    allow: string
    cancel: string
  }
  person: {
    title(name: string): string
    explain: string
    continue(name: string): string
    switch: string
    cancel: string
    forClient(client: string, host: string): string
  }
  notEnrolled: {
    title: string
    reasons: Record<'no_student' | 'no_role' | 'already_linked', string>
    ask: string
    defaultContact: string
    back: string
  }
  error: {
    titles: Record<ErrorCode, string>
    advice: Record<ErrorCode, string>
    requestId: string
    clientTable: string
    clients: readonly (readonly [name: string, advice: string])[]
  }
}

export type ErrorCode =
  | 'unknown_client'
  | 'invalid_redirect_uri'
  | 'invalid_request'
  | 'expired'
  | 'already_used'
  | 'wrong_browser'
  | 'forged_form'
  | 'unavailable'
  | 'provider_error'
  | 'internal'

export const en: Messages = {
  brand: 'Battle School',
  consent: {
    title: (client) => `Allow ${client} to use your Battle School data?`,
    claim: 'This is the name the app gives itself. What counts is where your data goes:',
    unnamed: 'an app without a name',
    identified: 'The app identifies itself by',
    destination: 'Your answer goes to',
    loopback:
      'This is a program on your own computer. Allow it only if you just started connecting it yourself.',
    customScheme:
      'This opens an app on your device. Allow it only if you just started connecting it yourself.',
    permissions: 'The app will be able to',
    scopes: {
      'school:read': 'read your student record and what the school shows you',
      'school:write': 'act in the school for you',
    },
    instructor: 'and instructor tools, if you are one',
    next: 'Next you log in at your school’s own login. The app never sees your password.',
    allow: 'Allow',
    cancel: 'Cancel',
  },
  person: {
    title: (name) => `You are logged in as ${name}`,
    explain: 'This login was there before you started. Is it you?',
    continue: (name) => `Continue as ${name}`,
    switch: 'Use another account',
    cancel: 'Cancel',
    forClient: (client, host) => `${client} at ${host} will get access to this person’s data.`,
  },
  notEnrolled: {
    title: 'You are not enrolled in Battle School',
    reasons: {
      no_role: 'Your login worked, but it has no place in the school.',
      no_student: 'Your login worked, but it names no student record.',
      already_linked: 'Your login names a student record that belongs to another login.',
    },
    ask: 'Whom to ask',
    defaultContact: 'Ask whoever runs the school’s login.',
    back: 'Return to the app',
  },
  error: {
    titles: {
      unknown_client: 'This app is not known here any more',
      invalid_redirect_uri: 'This request cannot be trusted',
      invalid_request: 'This request cannot be understood',
      expired: 'This page is too old',
      already_used: 'This page was used before',
      wrong_browser: 'This page belongs to another browser',
      forged_form: 'This request did not come from our page',
      unavailable: 'Not available for a moment',
      provider_error: 'The school’s login is not set up correctly',
      internal: 'Something failed on our side',
    },
    advice: {
      unknown_client:
        'The app kept an old registration. Remove its entry for this server and connect again:',
      invalid_redirect_uri:
        'The app asked to send the answer to an address that it did not register. Nothing was sent. Connect again from the app; if it happens again, tell whoever makes it.',
      invalid_request: 'Go back to the app and connect again.',
      expired: 'Go back to the app and connect again.',
      already_used: 'If the app is not connected yet, go back to it and connect again.',
      wrong_browser:
        'Start and finish in the same browser, with cookies allowed. Go back to the app and connect again.',
      forged_form: 'Nothing was allowed. Go back to the app and connect again.',
      unavailable: 'Wait a few seconds and try again.',
      provider_error: 'Tell whoever runs this server; the number below helps them.',
      internal: 'Try again in a moment. If it stays, tell whoever runs this server.',
    },
    requestId: 'Number of this request',
    clientTable: 'How to remove an old entry',
    clients: [
      ['Claude', 'Settings → Connectors: remove the connector, then add it again.'],
      [
        'Claude Code',
        'claude mcp remove NAME, then claude mcp add; or /mcp → Clear authentication.',
      ],
      ['ChatGPT', 'Settings → Apps & Connectors: delete the connector, then add it again.'],
      [
        'VS Code',
        'Run “Authentication: Remove Dynamic Authentication Providers”, then restart the server.',
      ],
      ['Cursor', 'Settings → MCP: log out of the server or remove it, then add it again.'],
      ['mcp-remote', 'Delete the folder ~/.mcp-auth and start again.'],
      ['MCP Inspector', 'Open “Auth Settings”, clear the OAuth state, then connect again.'],
    ],
  },
}
