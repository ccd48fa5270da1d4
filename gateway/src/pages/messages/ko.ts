/** 화면의 한국어 문구. */
import type { Messages } from './en.ts'

export const ko: Messages = {
  brand: '배틀 스쿨',
  consent: {
    title: (client) => `${client} 앱이 배틀 스쿨 데이터를 사용하도록 허용할까요?`,
    claim: '이 이름은 앱이 스스로 밝힌 것입니다. 중요한 것은 데이터가 전달되는 곳입니다.',
    unnamed: '이름 없는',
    identified: '앱이 밝힌 식별 주소',
    destination: '응답이 전달되는 곳',
    loopback:
      '이 컴퓨터에서 실행 중인 프로그램입니다. 방금 직접 연결을 시작한 경우에만 허용하세요.',
    customScheme: '이 기기에 설치된 앱이 열립니다. 방금 직접 연결을 시작한 경우에만 허용하세요.',
    permissions: '앱이 할 수 있는 일',
    scopes: {
      'school:read': '내 학생 기록과 학교가 나에게 보여 주는 정보 읽기',
      'school:write': '학교에서 나를 대신해 활동하기',
    },
    instructor: '교관인 경우, 교관용 도구 사용',
    next: '다음 단계에서 학교의 로그인 화면으로 이동합니다. 앱은 비밀번호를 볼 수 없습니다.',
    allow: '허용',
    cancel: '취소',
  },
  person: {
    title: (name) => `${name} 님으로 로그인되어 있습니다`,
    explain: '이번 연결을 시작하기 전부터 있던 로그인입니다. 본인이 맞습니까?',
    continue: (name) => `${name} 님으로 계속`,
    switch: '다른 계정 사용',
    cancel: '취소',
    forClient: (client, host) => `${client}(${host})에서 이 사람의 데이터를 사용하게 됩니다.`,
  },
  notEnrolled: {
    title: '배틀 스쿨에 등록되어 있지 않습니다',
    reasons: {
      no_role: '로그인은 되었지만 학교에 등록된 계정이 아닙니다.',
      no_student: '로그인은 되었지만 연결된 학생 기록이 없습니다.',
      already_linked: '이 로그인이 가리키는 학생 기록은 이미 다른 로그인에 연결되어 있습니다.',
    },
    ask: '문의할 곳',
    defaultContact: '학교 로그인 담당자에게 문의하세요.',
    back: '앱으로 돌아가기',
  },
  error: {
    titles: {
      unknown_client: '더 이상 등록되어 있지 않은 앱입니다',
      invalid_redirect_uri: '신뢰할 수 없는 요청입니다',
      invalid_request: '요청을 이해할 수 없습니다',
      expired: '유효 시간이 지난 화면입니다',
      already_used: '이미 사용한 화면입니다',
      wrong_browser: '다른 브라우저에서 시작된 화면입니다',
      forged_form: '저희 화면에서 보낸 요청이 아닙니다',
      unavailable: '잠시 사용할 수 없습니다',
      provider_error: '학교 로그인 설정이 올바르지 않습니다',
      internal: '서버에 문제가 생겼습니다',
    },
    advice: {
      unknown_client: '앱에 오래된 등록 정보가 남아 있습니다. 해당 항목을 지우고 다시 연결하세요.',
      invalid_redirect_uri:
        '앱이 등록하지 않은 주소로 응답을 요청했습니다. 아무것도 전달되지 않았습니다. 앱에서 다시 연결하고, 계속되면 앱 제작자에게 알려 주세요.',
      invalid_request: '앱으로 돌아가 다시 연결하세요.',
      expired: '앱으로 돌아가 다시 연결하세요.',
      already_used: '아직 연결되지 않았다면 앱으로 돌아가 다시 연결하세요.',
      wrong_browser:
        '쿠키를 허용한 같은 브라우저에서 시작하고 끝내야 합니다. 앱으로 돌아가 다시 연결하세요.',
      forged_form: '아무것도 허용되지 않았습니다. 앱으로 돌아가 다시 연결하세요.',
      unavailable: '몇 초 뒤에 다시 시도하세요.',
      provider_error: '서버 담당자에게 아래 번호를 알려 주세요.',
      internal: '잠시 뒤에 다시 시도하세요. 계속되면 서버 담당자에게 알려 주세요.',
    },
    requestId: '요청 번호',
    clientTable: '오래된 항목을 지우는 방법',
    clients: [
      ['Claude', '설정 → 커넥터에서 커넥터를 삭제한 뒤 다시 추가하세요.'],
      [
        'Claude Code',
        'claude mcp remove NAME 후 claude mcp add, 또는 /mcp → Clear authentication.',
      ],
      ['ChatGPT', '설정 → 앱 및 커넥터에서 커넥터를 삭제한 뒤 다시 추가하세요.'],
      [
        'VS Code',
        '“Authentication: Remove Dynamic Authentication Providers” 명령을 실행한 뒤 서버를 다시 시작하세요.',
      ],
      ['Cursor', '설정 → MCP에서 서버를 로그아웃하거나 삭제한 뒤 다시 추가하세요.'],
      ['mcp-remote', '~/.mcp-auth 폴더를 삭제하고 다시 시작하세요.'],
      ['MCP Inspector', '“Auth Settings”에서 OAuth 상태를 지우고 다시 연결하세요.'],
    ],
  },
}
