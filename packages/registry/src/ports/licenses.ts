import type { Sha256, WorkerId } from '@rbee/schema'

/** A licence. Times are milliseconds since the epoch. */
export interface LicenseRow {
  readonly id: string
  readonly customer: string
  readonly workers: readonly WorkerId[]
  readonly entitlements: readonly string[]
  readonly seats: number | null
  readonly trial: boolean
  readonly issuedAt: number
  /** Null for one that ends when it is revoked. */
  readonly expiresAt: number | null
  readonly revokedAt: number | null
  readonly revokeReason: string | null
}

/** What happens to a licence after it was issued. */
export type LicenseChange =
  | { readonly kind: 'revoke'; readonly at: number; readonly reason: string }
  | { readonly kind: 'extend'; readonly expiresAt: number }

/** What the registry asks of a database about licences. */
export interface Licenses {
  insertLicense(license: LicenseRow): Promise<void>
  findLicense(id: string): Promise<LicenseRow | null>
  /**
   * Revokes or extends a licence that was not revoked; one that was stays as it is.
   *
   * @returns how it stands then; null where there is none.
   */
  changeLicense(id: string, change: LicenseChange): Promise<LicenseRow | null>
  /** Those that were issued last first; `next` is null behind the last one. @param before continues a list: `next` of it. */
  listLicenses(
    limit: number,
    before?: number,
  ): Promise<{ licenses: LicenseRow[]; total: number; next: number | null }>
  /** Other workers of which a published release names one of these archives first; at most 100 archives. */
  findArchiveOwners(
    sha256: readonly Sha256[],
    except: WorkerId,
  ): Promise<{ sha256: Sha256; worker: WorkerId }[]>
}
