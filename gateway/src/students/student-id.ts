/** The name of a student, as the school spells it. */

const STUDENT_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

export function isStudentId(text: string): boolean {
  return STUDENT_ID.test(text)
}

/** In a claim. Keycloak sends a multi-valued attribute as a list: one element is that value, more are nobody's. */
export function studentIdIn(value: unknown): string | undefined {
  const single = Array.isArray(value) && value.length === 1 ? value[0] : value
  if (typeof single !== 'string') return undefined
  const id = single.trim()
  return isStudentId(id) ? id : undefined
}
