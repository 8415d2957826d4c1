import type { ArchiveFormat, HostProfile, ReleaseDocument, VariantDocument } from '@rbee/schema'

/** A variant whose self-test failed on this host, and how. */
export interface FailedSelfTest {
  readonly variant: string
  readonly reason: string
}

/** One variant of a release, held against one host. */
export interface Candidate {
  readonly release: ReleaseDocument
  readonly variant: VariantDocument
  readonly profile: HostProfile
  readonly formats: readonly ArchiveFormat[]
  readonly allowYanked: boolean
  readonly failedSelfTests: readonly FailedSelfTest[]
  /** It is to be built on the host: a variant needs no artifact. */
  readonly fromSource: boolean
}
