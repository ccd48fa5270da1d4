/** Forms that settings of several subjects share: each reads the text of a variable. */
import { z } from 'zod'
import { ProblemsError } from '../problems-error.ts'

export const list = () =>
  z.string().transform((value) =>
    value
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  )
export const wholeNumber = (min: number, max: number) => {
  const error = `must be a whole number from ${min} to ${max}`
  return z.coerce.number({ error }).int({ error }).min(min, { error }).max(max, { error })
}
export const onOff = () => z.enum(['on', 'off'])
export const isOn = (value: 'on' | 'off') => value === 'on'
export const httpUrl = () =>
  z.string().refine((value) => /^https?:\/\/[^/]/i.test(value) && URL.canParse(value), {
    error: 'must be an http or https URL',
  })
/** @param read throws ProblemsError: each of them is a problem of the setting */
export const jsonList = <T>(read: (json: string) => T) =>
  z
    .string()
    .default('')
    .transform((json, context) => {
      try {
        return read(json)
      } catch (error) {
        if (!(error instanceof ProblemsError)) throw error
        for (const message of error.problems) context.addIssue({ code: 'custom', message })
        return z.NEVER
      }
    })
