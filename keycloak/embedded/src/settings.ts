/** What `npm start` reads itself; everything else in the environment goes on to the services. */

export interface Settings {
  port: number
  publicUrl: string
  demoPassword: string
}

/** @throws Error with one clear sentence */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const given = environment.PORT || '3000'
  const port = Number(given)
  // mcp and the provider take the two ports above.
  if (!/^\d+$/.test(given) || port < 1 || port > 65_533) {
    throw new Error(`PORT is ${given}, and has to be a number from 1 to 65533.`)
  }
  if (environment.OIDC_ISSUER) {
    throw new Error(
      'OIDC_ISSUER is set, but npm start brings its own embedded provider. Unset it, or run the house with docker compose.',
    )
  }
  return {
    port,
    publicUrl: environment.PUBLIC_URL || `http://localhost:${port}`,
    demoPassword: environment.BATTLE_SCHOOL_DEMO_PASSWORD || 'battle-school',
  }
}
