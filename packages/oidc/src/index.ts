export {
  createIdentityVerifier,
  type IdentityVerifier,
  type VerifiedIdentity,
} from './identity-verifier.ts'
export { DEFAULT_ISSUER, issuerAddressSchema } from './issuer-address.ts'
