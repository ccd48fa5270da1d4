/** What the pages of the account room say in Korean. */
import { html } from '../html.ts'
import type { AccountMessages } from './account-en.ts'

export const accountKo: AccountMessages = {
  title: '내 계정',
  signIn: {
    explain: '내 배틀 스쿨 데이터를 사용하는 AI 앱을 확인하고 연결을 해제할 수 있습니다.',
    button: '로그인',
    buttonAt: (name) => html`${name} 계정으로 로그인`,
    next: '학교의 로그인 화면에서 로그인합니다.',
  },
  waiting: {
    explain: '로그인은 되었으며, 승인을 기다리고 있다는 사실이 교관에게 표시됩니다.',
    afterwards: '2주 안에 결정되지 않으면 다시 로그인하여 신청하세요.',
    back: '뒤로',
  },
  signedInAs: (name) => html`${name}\u00a0님으로 로그인됨`,
  pages: {
    here: '화면 이동',
    people: '사람 관리: 승인 및 연결된 앱',
    newer: '최근 항목',
    older: '이전 항목',
  },
  notices: {
    disconnected: '앱 연결을 해제했습니다.',
    disconnected_all: '표시된 앱의 연결을 모두 해제했습니다.',
    approved: '승인했습니다. 이제 이 사람은 앱을 연결할 수 있습니다.',
    refused: '거절했습니다.',
    not_waiting: '이 사람은 더 이상 대기 중이 아닙니다.',
    unknown_student: '해당 학번의 학생이 없어 승인하지 않았습니다.',
    student_taken: '이미 다른 사람의 학번이므로 승인하지 않았습니다.',
  },
  school: {
    heading: '학교에서의 나',
    student: '학번',
    noStudent: '없음',
    role: '역할',
    roles: { student: '학생', instructor: '교관' },
    rule: '적용된 규칙',
  },
  apps: {
    heading: '연결된 앱',
    none: '연결된 앱이 없습니다.',
    explain:
      '이름은 앱이 스스로 정한 것입니다. “마지막 사용”은 앱이 접근 권한을 마지막으로 갱신한 때입니다.',
    address: '권한이 전달된 곳',
    identified: '앱이 신원으로 제시한 주소',
    noAddress: '주소 없음: 회사에서 설정한 연결',
    may: '할 수 있는 일',
    instruct: '교관용 도구 사용하기',
    connected: '연결한 때',
    used: '마지막 사용',
    usedFrom: (address, program) => html`${address}에서${program && html`, ${program}`}`,
    disconnect: '연결 해제',
    disconnectAll: '모든 앱 연결 해제',
    disconnectAllExplain: '연결을 해제한 앱이 다시 데이터를 받으려면 먼저 허락을 구해야 합니다.',
  },
  signOut: {
    heading: '로그아웃',
    hereExplain:
      '이 화면에서만 나갑니다. 앱 연결은 유지되며, 이 브라우저의 학교 로그인은 열려 있을 수 있습니다.',
    here: '이 화면에서 로그아웃',
    everywhereExplain:
      '모든 앱의 연결을 해제하고, 모든 브라우저에서 이 화면을 나가며, 학교 로그인도 끝냅니다.',
    everywhere: '모든 곳에서 로그아웃',
  },
  signedOut: {
    here: {
      title: '이 화면에서 로그아웃했습니다',
      explain:
        '앱 연결은 유지됩니다. 이 브라우저에 학교 로그인이 열려 있을 수 있으니, 여럿이 쓰는 컴퓨터라면 학교 쪽에서도 로그아웃하세요.',
    },
    everywhere: {
      title: '모든 곳에서 로그아웃했습니다',
      explain: '모든 앱의 연결을 해제했고, 학교 로그인도 끝났습니다.',
    },
    everywhere_but_provider: {
      title: '여기에서 로그아웃했습니다',
      explain:
        '모든 앱의 연결을 해제했습니다. 학교 로그인은 여기에서 끝낼 수 없었으니, 학교 쪽에서 직접 로그아웃하거나 브라우저를 닫으세요.',
    },
    unknown: {
      title: '방금 로그아웃한 기록이 없습니다',
      explain: '로그인 상태는 내 계정 화면에서 확인할 수 있습니다.',
    },
  },
  toAccount: '내 계정으로 이동',
  manage: '이미 연결된 앱을 확인하거나 연결 해제하기',
  people: {
    title: '사람 관리',
    waiting: {
      heading: '승인 대기',
      none: '대기 중인 사람이 없습니다.',
      explain:
        '이름과 주소는 로그인 제공자가 보낸 그대로입니다. 이름은 누구나 같을 수 있으니 확인된 이메일이나 제공자의 계정 ID를 대조하세요. 아는 사람만 승인하세요. 학번을 적지 않으면 새 생도로 등록됩니다.',
      person: '사람',
      proven: '확인된 이메일',
      unproven: '확인되지 않은 이메일',
      since: '요청한 때',
      decision: '결정',
      student: '학번(있는 경우)',
      approve: '승인',
      refuse: '거절',
    },
    find: {
      heading: '연결된 앱 찾기',
      student: '학번',
      client: '앱의 클라이언트 ID',
      button: '찾기',
    },
    nobody: '이 학번으로 로그인한 사람이 없습니다.',
    grantsOf: (whom) => html`연결된 앱: ${whom}`,
    student: (id) => html`학번 <span class="whole">${id}</span>`,
    person: '사람',
    app: '앱',
    lastUsed: '마지막 사용',
    action: '작업',
    ofPerson: '이 사람의 모든 앱 연결 해제',
    ofClient: '이 앱을 쓰는 모든 사람의 연결 해제',
    withoutNumber: '학번 없음',
  },
}
