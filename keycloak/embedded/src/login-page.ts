/** The provider's pages: a login form and a few sentences, in English and Korean, without script. */

const messages = {
  en: {
    title: 'Log in to Battle School',
    note: 'This is the embedded login of “npm start”, for trying out. A real house asks your company’s login here.',
    username: 'Username',
    password: 'Password',
    submit: 'Log in',
    cancel: 'Cancel',
    wrong: 'Username or password is wrong.',
    logout: 'Do you want to log out?',
    logoutButton: 'Log out',
    loggedOut: 'You are logged out.',
    over: 'This login is over',
    error: 'The login cannot go on',
    again: 'Go back to the app and connect again.',
  },
  ko: {
    title: '배틀 스쿨 로그인',
    note: '“npm start”에 포함된 체험용 로그인입니다. 실제 환경에서는 회사 로그인 화면이 나타납니다.',
    username: '사용자 이름',
    password: '비밀번호',
    submit: '로그인',
    cancel: '취소',
    wrong: '사용자 이름 또는 비밀번호가 올바르지 않습니다.',
    logout: '로그아웃하시겠습니까?',
    logoutButton: '로그아웃',
    loggedOut: '로그아웃되었습니다.',
    over: '이미 끝난 로그인입니다',
    error: '로그인을 계속할 수 없습니다',
    again: '앱으로 돌아가 다시 연결하세요.',
  },
} as const

type Language = keyof typeof messages

const STYLE = `:root{color-scheme:light dark;--ink:#1b2430;--soft:#4a5665;--page:#f2f4f7;--card:#fff;--line:#8a96a5;--accent:#1d4ed8;--on:#fff;--bad:#a01818}
@media (prefers-color-scheme:dark){:root{--ink:#e8edf3;--soft:#aab6c4;--page:#11161d;--card:#1a212b;--line:#5b6979;--accent:#8ab4ff;--on:#0c1420;--bad:#ff9d9d}}
*{box-sizing:border-box}body{margin:0;background:var(--page);color:var(--ink);font:1rem/1.6 system-ui,sans-serif;word-break:keep-all}
main{max-width:26rem;margin:2rem auto;padding:1.75rem;background:var(--card);border-radius:12px}
h1{font-size:1.4rem;margin:0 0 .5rem}p{margin:.5rem 0}.soft{color:var(--soft);font-size:.9rem}.bad{color:var(--bad);font-weight:600}
label{display:block;margin:1rem 0 .25rem;font-weight:600}input{width:100%;padding:.6rem;font:inherit;border:1px solid var(--line);border-radius:8px;background:transparent;color:inherit}
button{width:100%;margin-top:.9rem;padding:.7rem;font:inherit;font-weight:600;border:1px solid var(--accent);border-radius:8px;background:var(--accent);color:var(--on);cursor:pointer}
button.plain{background:transparent;color:inherit;border-color:var(--line)}:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
@media (max-width:28rem){main{margin:0;border-radius:0;min-height:100vh}}`

/** @param preference `ui_locales` or Accept-Language */
function languageOf(preference: string | undefined): Language {
  return /^\s*ko\b/i.test(preference ?? '') ? 'ko' : 'en'
}

export function loginPage(options: {
  preference: string | undefined
  action: string
  username: string
  failed: boolean
}): string {
  const language = languageOf(options.preference)
  const text = messages[language]
  return page(
    language,
    text.title,
    `<p class="soft">${text.note}</p>
${options.failed ? `<p class="bad" role="alert">${text.wrong}</p>` : ''}
<form method="post" action="${escaped(options.action)}">
<label for="username">${text.username}</label>
<input id="username" name="username" value="${escaped(options.username)}" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus>
<label for="password">${text.password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button name="decision" value="login">${text.submit}</button>
<button class="plain" name="decision" value="cancel" formnovalidate>${text.cancel}</button>
</form>`,
  )
}

/** @param form the library's own form, whose id its button names */
export function messagePage(
  preference: string | undefined,
  what: 'logout' | 'loggedOut' | 'over' | 'error',
  form = '',
  code = '',
): string {
  const language = languageOf(preference)
  const text = messages[language]
  const advice = what === 'over' || what === 'error' ? `<p>${text.again}</p>` : ''
  const button =
    what === 'logout'
      ? `<button form="op.logoutForm" name="logout" value="yes">${text.logoutButton}</button>`
      : ''
  return page(
    language,
    text[what],
    `${advice}${form}${button}${code === '' ? '' : `<p class="soft"><code>${escaped(code)}</code></p>`}`,
  )
}

function page(language: Language, title: string, body: string): string {
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><link rel="icon" href="data:,"><style>${STYLE}</style></head>
<body><main><h1>${title}</h1>
${body}
</main></body></html>
`
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
