/** Secrets of the configuration. */
import { z } from 'zod'

/** A secret that prints as nothing, so that no log can hold it by accident. */
export class Secret {
  readonly #value: string
  constructor(value: string) {
    this.#value = value
  }
  reveal(): string {
    return this.#value
  }
  toJSON(): string {
    return '[secret]'
  }
  toString(): string {
    return '[secret]'
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[secret]'
  }
}

// Compose turns an unset variable into '' and a forgotten substitution stays as `${…}`: both would be open doors.
export const secret = (minimum: number) =>
  z
    .string()
    .min(1, { error: 'is empty', abort: true })
    .refine((value) => !/\$\{/.test(value), {
      error: 'still holds a placeholder (a dollar sign and braces)',
    })
    .refine((value) => value.length >= minimum, { error: `needs at least ${minimum} characters` })
    .transform((value) => new Secret(value))
