/**
 * The realm file that Keycloak imports, read the way Keycloak reads it: `${NAME}` and `${NAME:default}` are replaced in any
 * string, and a name that is not set and has no default stays as it is.
 */
import { readFileSync } from 'node:fs'
import { z } from 'zod'

const user = z.object({
  id: z.string(),
  username: z.string(),
  enabled: z.boolean(),
  email: z.string(),
  emailVerified: z.boolean(),
  firstName: z.string(),
  lastName: z.string(),
  attributes: z.record(z.string(), z.array(z.string())).default({}),
  groups: z.array(z.string()).default([]),
  credentials: z.array(z.object({ type: z.string(), value: z.string() })),
})

const realmFile = z.object({
  realm: z.string(),
  displayName: z.string(),
  groups: z.array(z.object({ path: z.string(), realmRoles: z.array(z.string()) })),
  clients: z
    .array(
      z.object({
        clientId: z.string(),
        secret: z.string(),
        redirectUris: z.array(z.string()),
        attributes: z.record(z.string(), z.string()),
      }),
    )
    .length(1),
  users: z.array(user),
})

export type Realm = z.infer<typeof realmFile>
export type RealmUser = z.infer<typeof user>

const PLACEHOLDER = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::([^}]*))?\}/g

/** @param values what the placeholders name: the environment */
export function readRealm(file: URL, values: Readonly<Record<string, string | undefined>>): Realm {
  const text = readFileSync(file, 'utf8')
  return realmFile.parse(
    JSON.parse(text, (_key, value: unknown) =>
      typeof value === 'string' ? filledIn(value, values) : value,
    ),
  )
}

function filledIn(text: string, values: Readonly<Record<string, string | undefined>>): string {
  return text.replace(
    PLACEHOLDER,
    (placeholder, name: string, fallback?: string) => values[name] ?? fallback ?? placeholder,
  )
}

/** The claims that the realm's client mappers give, in ID token and userinfo alike. */
export function claimsOf(realm: Realm, person: RealmUser): Record<string, unknown> {
  const roles = realm.groups
    .filter(({ path }) => person.groups.includes(path))
    .flatMap(({ realmRoles }) => realmRoles)
  const [student_id] = person.attributes.student_id ?? []
  return {
    sub: person.id,
    name: `${person.firstName} ${person.lastName}`,
    given_name: person.firstName,
    family_name: person.lastName,
    preferred_username: person.username,
    email: person.email,
    email_verified: person.emailVerified,
    groups: person.groups.map((path) => path.replace(/^\//, '')),
    realm_access: { roles },
    ...(student_id === undefined ? {} : { student_id }),
  }
}
