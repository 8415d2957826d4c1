export type { MetadataSource, TrustPorts, TrustStore } from './ports.ts'
export { tooLarge } from './refusals.ts'
export * from './trusted-registry.ts'
export { fetchFirstRoot, readRootFile, type TrustedRoot, trustRoot } from './trusted-root.ts'
