/** Settings of a house that knows nobody by a claim: an instructor decides. */
export const APPROVAL = {
  UNKNOWN_PEOPLE: 'approval',
  ENROLMENT_RULES: JSON.stringify([
    { by: 'group', groups: ['instructor'], outcome: 'instructor' },
    { by: 'link', outcome: 'student' },
  ]),
}
