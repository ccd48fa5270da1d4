/** What the tests change in the realm as its administrator, through Keycloak's Admin REST API. */

export interface KeycloakAdmin {
  /** Ids by username. */
  people(): Promise<Record<string, string>>
  /** Sets the attribute that says which student a person is, or takes it away. */
  setStudentId(username: string, studentId: string | undefined): Promise<void>
  configureClient(clientId: string, changes: Record<string, unknown>): Promise<void>
}

interface User {
  id: string
  username: string
  attributes?: Record<string, string[]>
}

export function createKeycloakAdmin(
  origin: string,
  credentials: { username: string; password: string },
): KeycloakAdmin {
  const realm = `${origin}/admin/realms/battle-school`

  async function call<T>(path: string, method = 'GET', body?: unknown): Promise<T> {
    const response = await fetch(`${realm}${path}`, {
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

  return {
    async people() {
      const users = await call<User[]>('/users?max=100')
      return Object.fromEntries(users.map(({ username, id }) => [username, id]))
    },
    async setStudentId(username, studentId) {
      const [user] = await call<User[]>(`/users?exact=true&username=${username}`)
      if (user === undefined) throw new Error(`nobody is called ${username}`)
      const { student_id: _, ...others } = user.attributes ?? {}
      const attributes = studentId === undefined ? others : { ...others, student_id: [studentId] }
      await call(`/users/${user.id}`, 'PUT', { ...user, attributes })
    },
    async configureClient(clientId, changes) {
      const [client] = await call<{ id: string }[]>(`/clients?clientId=${clientId}`)
      if (client === undefined) throw new Error(`the realm has no client ${clientId}`)
      await call(`/clients/${client.id}`, 'PUT', { ...client, ...changes })
    },
  }
}
