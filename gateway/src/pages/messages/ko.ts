/** What the pages say in Korean. Particles that depend on the letter before them are not put after a name. */
import { html } from '../html.ts'
import { accountKo } from './account-ko.ts'
import type { Messages } from './en.ts'

export const ko: Messages = {
  brand: '배틀 스쿨',
  client: (name) => (name ? html`“${name}”` : html`이름 없는 앱`),
  front: {
    title: 'AI 앱에서 쓰는 배틀 스쿨',
    explain:
      'MCP 서버입니다. Claude, ChatGPT, VS Code, Cursor 등의 앱을 여기에 연결합니다. 학교의 로그인으로 들어옵니다.',
    address: '앱에 추가할 주소',
    afterwards: '연결된 앱을 확인하고 연결을 해제할 수 있습니다.',
  },
  consent: {
    title: '접근을 허용하시겠습니까?',
    question: (client) => html`${client}에 배틀 스쿨 데이터 사용을 허용하시겠습니까?`,
    claim: '이 이름은 앱이 스스로 정한 것이며, 확인된 이름이 아닙니다.',
    identified: '앱이 신원으로 제시한 주소:',
    destination: '권한이 전달되는 곳',
    loopback:
      '이 컴퓨터에서 실행 중인 프로그램입니다. 방금 직접 연결을 시작한 경우에만 허용하세요.',
    app: '이 기기에 설치된 앱이 열립니다. 방금 직접 연결을 시작한 경우에만 허용하세요.',
    permissions: '앱이 할 수 있는 일',
    scopes: new Map([
      ['school:read', '내 학생 기록과 학교가 나에게 보여 주는 정보 읽기'],
      ['school:write', '학교에서 나를 대신하여 활동하기'],
    ]),
    instructor: '교관인 경우, 교관용 도구 사용하기',
    next: '다음 단계에서 학교의 로그인 화면으로 이동합니다. 앱은 비밀번호를 볼 수 없습니다.',
    allow: '허용',
    cancel: '취소',
    unexpected: '직접 시작한 연결이 아니라면 취소를 누르세요. 아무것도 공유되지 않습니다.',
  },
  provider: {
    question: '어디에서 로그인하십니까?',
    address: '또는 그곳의 이메일 주소를 입력하세요. 도메인으로 찾습니다.',
    open: '로그인할 곳을 선택하세요. 입력한 이메일 주소는 어느 곳에도 속하지 않습니다.',
  },
  person: {
    title: '본인이 맞습니까?',
    loggedInAs: (name) => html`이미 ${name}\u00a0님으로 로그인되어 있습니다`,
    explain: '연결을 시작하기 전부터 열려 있던 로그인입니다. 본인이 맞는 경우에만 계속하세요.',
    destination: (client) => html`${client}에서 이 사람의 데이터를 받아 가는 곳`,
    continue: (name) => html`${name}\u00a0님으로 계속`,
    switch: '다른 계정 사용',
    cancel: '취소',
  },
  notEnrolled: {
    title: '배틀 스쿨에 등록되어 있지 않습니다',
    reasons: {
      no_role: '로그인은 되었지만 학교에 등록된 계정이 아닙니다.',
      no_student: '로그인은 되었지만 이 계정에 연결된 학생 기록이 없습니다.',
      already_linked: '로그인은 되었지만 학생 기록이 이미 다른 계정에 연결되어 있습니다.',
      unknown_person: '로그인은 되었지만 학교에서 알지 못하는 계정입니다.',
      by_rule: '로그인은 되었지만 학교에서 허용하지 않는 계정입니다.',
      turned_away: '로그인은 되었지만 교관이 등록을 거절했습니다.',
      too_many_waiting:
        '로그인은 되었지만 지금 교관의 승인을 기다리는 사람이 너무 많습니다. 나중에 다시 시도하세요.',
    },
    nothingShared: '앱에는 아무것도 공유되지 않았습니다.',
    ask: '문의할 곳',
    defaultContact: '학교 로그인 담당자에게 문의하세요.',
    back: '앱으로 돌아가기',
    backToAccount: '뒤로',
  },
  waiting: {
    title: '먼저 교관의 승인이 필요합니다',
    explain:
      '로그인은 되었으며, 승인을 기다리고 있다는 사실이 교관에게 표시됩니다. 앱에는 아무것도 공유되지 않았습니다.',
    afterwards:
      '승인되면 앱에서 다시 연결하세요. 2주 안에 결정되지 않으면 같은 방법으로 다시 신청하세요.',
    back: '앱으로 돌아가기',
  },
  account: accountKo,
  error: {
    pages: {
      unknown_client: {
        title: '등록되어 있지 않은 앱입니다',
        advice:
          '앱에 만료된 등록 정보가 남아 있을 수 있으니, 앱에서 이 서버 항목을 지운 뒤 다시 연결하세요. 클라이언트 ID를 직접 입력했다면 올바른지 확인하세요.',
      },
      client_document: {
        title: '앱의 신원을 확인할 수 없습니다',
        advice:
          '이 앱은 자신을 설명하는 웹 문서를 가리키지만, 그 문서를 읽을 수 없거나 내용이 올바르지 않습니다. 잠시 후 다시 시도하고, 계속되면 앱을 만든 곳에 알려 주세요.',
      },
      invalid_redirect_uri: {
        title: '신뢰할 수 없는 요청입니다',
        advice:
          '앱이 등록하지 않은 주소로 응답을 요청하여 아무것도 보내지 않았습니다. 앱에서 다시 연결하세요. 이 화면이 다시 나타나면 앱 제작자에게 알려 주세요.',
      },
      invalid_request: {
        title: '요청을 이해할 수 없습니다',
        advice: '앱으로 돌아가 다시 연결하세요.',
      },
      expired: {
        title: '화면의 유효 시간이 지났습니다',
        advice:
          '시간이 너무 오래 지났거나 여기에서 시작된 로그인이 없습니다. 앱으로 돌아가 다시 연결하세요.',
      },
      already_used: {
        title: '이미 사용한 화면입니다',
        advice:
          '이미 연결되었을 수 있으니 앱에서 확인하세요. 연결되지 않았다면 앱에서 다시 연결하세요.',
      },
      wrong_browser: {
        title: '여기에서는 사용할 수 없는 화면입니다',
        advice:
          '이미 사용했거나 다른 브라우저에서 시작된 화면입니다. 연결되었는지 앱에서 확인하세요. 연결되지 않았다면 쿠키를 허용한 상태로 한 브라우저에서 다시 연결하세요.',
      },
      forged_form: {
        title: '이 서버의 화면에서 보낸 요청이 아닙니다',
        advice: '아무것도 허용되지 않았습니다. 앱으로 돌아가 다시 연결하세요.',
      },
      too_many_requests: {
        title: '지금 이용자가 너무 많습니다',
        advice: '사라진 것은 없습니다. 1분쯤 뒤에 이전 화면으로 돌아가 다시 시도하세요.',
      },
      unavailable: {
        title: '지금은 사용할 수 없습니다',
        advice: '몇 초 뒤에 이 화면을 새로고침하거나 이전 화면으로 돌아가 다시 시도하세요.',
      },
      provider_error: {
        title: '로그인 설정이 올바르지 않습니다',
        advice: '다시 시도해도 해결되지 않습니다. 아래 번호를 서버 담당자에게 알려 주세요.',
      },
      login_declined: {
        title: '로그인하지 않았습니다',
        advice: '로그인이 취소되었거나 확인되지 않았습니다. 바뀐 것은 없습니다.',
      },
      instructors_only: {
        title: '교관 전용 화면입니다',
        advice: '지금 로그인한 계정은 교관이 아닙니다. 바뀐 것은 없습니다.',
      },
      internal: {
        title: '서버에 문제가 생겼습니다',
        advice:
          '잠시 뒤에 다시 시도하세요. 문제가 계속되면 아래 번호를 서버 담당자에게 알려 주세요.',
      },
    },
    account: {
      expired: '시간이 너무 오래 지났거나 로그아웃된 상태입니다. 다시 로그인하세요.',
      already_used: '이미 로그인되었을 수 있으니 내 계정 화면을 확인하세요.',
      wrong_browser:
        '이미 사용했거나 다른 브라우저에서 시작된 화면입니다. 로그인되었는지 내 계정 화면에서 확인하고, 아니라면 쿠키를 허용한 상태로 한 브라우저에서 다시 로그인하세요.',
      forged_form: '아무것도 바뀌지 않았습니다. 내 계정 화면을 열어 다시 시도하세요.',
      invalid_request: '아무것도 바뀌지 않았습니다. 내 계정 화면을 열어 다시 시도하세요.',
    },
    requestId: '요청 번호',
    staleEntry: '오래된 항목을 지우는 방법',
    clients: [
      ['Claude', '설정 → 커넥터에서 커넥터를 삭제한 뒤 다시 추가하세요.'],
      [
        'Claude Code',
        html`<code>claude mcp remove NAME</code>을 실행한 뒤 <code>claude mcp add</code>로 다시 추가하세요. 또는 <code>/mcp</code>에서 서버를 고르고 “Clear authentication”을 선택하세요.`,
      ],
      ['ChatGPT', '설정 → 앱 및 커넥터에서 커넥터를 삭제한 뒤 다시 만드세요.'],
      [
        'Codex',
        html`<code>codex mcp logout NAME</code>을 실행한 뒤 <code>codex mcp login NAME</code>을 실행하세요.`,
      ],
      [
        'VS Code',
        '명령 팔레트에서 “Authentication: Remove Dynamic Authentication Providers”를 실행한 뒤 서버를 다시 시작하세요.',
      ],
      ['Cursor', 'Cursor 설정 → MCP에서 서버를 로그아웃하거나, 삭제한 뒤 다시 추가하세요.'],
      ['mcp-remote', html`<code>rm -rf ~/.mcp-auth</code>를 실행한 뒤 다시 시작하세요.`],
      ['MCP Inspector', '인증 설정에서 OAuth 상태를 지운 뒤 다시 연결하세요.'],
    ],
  },
}
