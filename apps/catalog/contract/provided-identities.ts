import { startIdentityProvider } from '@rbee/testing/oidc'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of a provider for tests inside workerd, which can listen on no port themselves. */
    readonly identityIssuer: string
  }
}

/** Runs beside all tests of the project. */
export default async function provideIdentities(project: TestProject): Promise<() => Promise<void>> {
  const provider = await startIdentityProvider()
  project.provide('identityIssuer', provider.issuer)
  return () => provider.close()
}
