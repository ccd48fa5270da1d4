/** The process: where it listens and is found, its secret, its store. */
import { z } from 'zod'
import { secret } from '../secret.ts'
import { httpUrl, list } from './forms.ts'

const port = () => z.coerce.number().int().min(0).max(65_535)

export const processSettings = {
  PORT: port().default(3000).describe('Port to listen on.'),
  HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Address to listen on; 0.0.0.0 in a container.'),
  PUBLIC_URL: httpUrl()
    .transform((value) => new URL(value))
    .refine(
      (url) => url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '',
      {
        error: 'must be an origin, without path, query, fragment or user',
      },
    )
    .optional()
    .describe(
      'The origin that people and clients use; the issuer (RFC 8414 §2). Default http://localhost:PORT. Off loopback it must be https.',
    ),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('Least severe level that is logged.'),
  TRUSTED_PROXIES: list()
    .default([])
    .describe(
      'Addresses or CIDR ranges whose X-Forwarded-* headers are believed; comma-separated.',
    ),
  SECRET_KEY: secret(32)
    // FORMER_SECRET_KEYS is a list: what could not stand in it could not be rotated.
    .refine((key) => !/^\s|,|\s$/.test(key.reveal()), {
      error: 'must not hold a comma, nor begin or end with white space',
    })
    .describe(
      'At least 32 random characters without a comma, the same on every replica: sealing, encryption and signing keys are derived from it.',
    ),
  FORMER_SECRET_KEYS: list()
    .pipe(z.array(secret(32)))
    .default([])
    .describe(
      'Former values of SECRET_KEY, comma-separated: what was sealed or stored under them stays readable.',
    ),
  REDIS_URL: z
    .string()
    .default('')
    .describe(
      'redis:// or rediss:// URL; several, comma-separated, mean a Redis Cluster. Empty: memory, for one process and for trying out.',
    ),
  GATEWAY_REDIS_PREFIX: z
    .string()
    .min(1)
    .default('gateway:')
    .describe('Prefix of every key and channel of the gateway in Redis.'),
}
