export {
  DISCOVERY_PATH,
  KEYS_PATH,
  startIdentityProvider,
  type TestIdentityProvider,
} from './identity-provider.ts'
export { type RunClaims, runClaims } from './run-claims.ts'
export { type HostileToken, type SigningKey, signedToken, signingKey } from './signed-token.ts'
