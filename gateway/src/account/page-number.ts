/** Which page of a list somebody asks for. */

export const GRANTS_PER_PAGE = 20
/** An index is read from its end: who asks for what lies further costs the store no more than this. */
const LAST_PAGE = 500

/** From 1; whatever is no number of a page is the first. */
export function pageNumber(value: string | null): number {
  return value !== null && /^[1-9]\d{0,2}$/.test(value) ? Math.min(Number(value), LAST_PAGE) : 1
}
