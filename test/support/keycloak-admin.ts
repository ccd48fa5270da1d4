/** What the tests change in a realm as its administrator, through Keycloak's Admin REST API. */

export interface NewPerson {
  username: string
  password: string
  studentId: string
  /** Realm roles, beside those of /students. */
  roles?: string[]
}

/** One login of a person; offline: kept for a client that may act without the person (offline_access). */
export interface Session {
  id: string
  offline: boolean
}

export interface KeycloakAdmin {
  /** Ids by username. */
  people(): Promise<Record<string, string>>
  /** Sets the attribute that says which student a person is, or takes it away. */
  setStudentId(username: string, studentId: string | undefined): Promise<void>
  /** A student, who logs in with that password. */
  addStudent(person: NewPerson): Promise<void>
  setEnabled(username: string, enabled: boolean): Promise<void>
  takeRole(username: string, role: string): Promise<void>
  sessions(username: string): Promise<Session[]>
  /** Returns when Keycloak has told its clients. */
  endSession(session: Session): Promise<void>
  /** Of its attributes only those that are named change. */
  configureClient(clientId: string, changes: Record<string, unknown>): Promise<void>
  configureRealm(changes: Record<string, unknown>): Promise<void>
}

/** A realm, and the one client of it whose sessions are looked at. */
export interface AdministeredRealm {
  origin: string
  realm: string
  clientId: string
}

interface User {
  id: string
  username: string
  attributes?: Record<string, string[]>
}

interface Client {
  id: string
  attributes?: Record<string, string>
}

export function createKeycloakAdmin(
  { origin, realm, clientId }: AdministeredRealm,
  credentials: { username: string; password: string },
): KeycloakAdmin {
  async function call<T>(path: string, method = 'GET', body?: unknown): Promise<T> {
    const response = await fetch(`${origin}/admin/realms/${realm}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await token()}`,
        'content-type': 'application/json',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`${method} ${path}: Keycloak answered ${response.status}`)
    const text = await response.text()
    return (text === '' ? undefined : JSON.parse(text)) as T
  }

  // Anew each time: it lives a minute, and Keycloak is restarted in between.
  async function token(): Promise<string> {
    const response = await fetch(`${origin}/realms/master/protocol/openid-connect/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'password', client_id: 'admin-cli', ...credentials }),
    })
    if (!response.ok) throw new Error(`Keycloak's administrator was answered ${response.status}`)
    const { access_token } = (await response.json()) as { access_token: string }
    return access_token
  }

  async function userOf(username: string): Promise<User> {
    const [user] = await call<User[]>(`/users?exact=true&username=${username}`)
    if (user === undefined) throw new Error(`nobody is called ${username}`)
    return user
  }

  async function clientOf(clientId: string): Promise<Client> {
    const [client] = await call<Client[]>(`/clients?clientId=${clientId}`)
    if (client === undefined) throw new Error(`the realm has no client ${clientId}`)
    return client
  }

  const role = (name: string) => call<unknown>(`/roles/${name}`)

  return {
    async people() {
      const users = await call<User[]>('/users?max=100')
      return Object.fromEntries(users.map(({ username, id }) => [username, id]))
    },
    async setStudentId(username, studentId) {
      const user = await userOf(username)
      const { student_id: _, ...others } = user.attributes ?? {}
      const attributes = studentId === undefined ? others : { ...others, student_id: [studentId] }
      await call(`/users/${user.id}`, 'PUT', { ...user, attributes })
    },
    async addStudent({ username, password, studentId, roles = [] }) {
      // At a Keycloak that ran before, of an earlier run.
      const former = await call<User[]>(`/users?exact=true&username=${username}`)
      for (const { id } of former) await call(`/users/${id}`, 'DELETE')
      await call('/users', 'POST', {
        username,
        enabled: true,
        emailVerified: true,
        email: `${username}@battle-school.example`,
        firstName: username,
        lastName: 'Cadet',
        attributes: { student_id: [studentId] },
        groups: ['/students'],
        credentials: [{ type: 'password', value: password, temporary: false }],
      })
      const { id } = await userOf(username)
      const given = await Promise.all(roles.map(role))
      await call(`/users/${id}/role-mappings/realm`, 'POST', given)
    },
    async setEnabled(username, enabled) {
      const user = await userOf(username)
      await call(`/users/${user.id}`, 'PUT', { ...user, enabled })
    },
    async takeRole(username, name) {
      const { id } = await userOf(username)
      await call(`/users/${id}/role-mappings/realm`, 'DELETE', [await role(name)])
    },
    async sessions(username) {
      const [user, client] = await Promise.all([userOf(username), clientOf(clientId)])
      const [online, offline] = await Promise.all([
        call<{ id: string }[]>(`/users/${user.id}/sessions`),
        call<{ id: string }[]>(`/users/${user.id}/offline-sessions/${client.id}`),
      ])
      return [
        ...online.map(({ id }) => ({ id, offline: false })),
        ...offline.map(({ id }) => ({ id, offline: true })),
      ]
    },
    async endSession({ id, offline }) {
      await call(`/sessions/${id}?isOffline=${offline}`, 'DELETE')
    },
    async configureRealm(changes) {
      await call('', 'PUT', changes)
    },
    async configureClient(name, changes) {
      const client = await clientOf(name)
      const attributes = { ...client.attributes, ...(changes.attributes as object) }
      await call(`/clients/${client.id}`, 'PUT', { ...client, ...changes, attributes })
    },
  }
}
