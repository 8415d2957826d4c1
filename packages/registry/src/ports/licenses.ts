import type { Sha256, WorkerId } from '@rbee/schema'

/** A licence. Times are milliseconds since the epoch. */
export interface LicenseRow {
  readonly id: string
  readonly customer: string
  readonly workers: readonly WorkerId[]
  readonly entitlements: readonly string[]
  readonly seats: number | null
  /** Whether a seat is free again when its lease ended. */
  readonly floating: boolean
  readonly trial: boolean
  readonly issuedAt: number
  /** Null for one that ends when it is revoked. */
  readonly expiresAt: number | null
  readonly revokedAt: number | null
  readonly revokeReason: string | null
  /** How often it was changed since it was issued. */
  readonly revision: number
}

/** What happens to a licence after it was issued. */
export type LicenseChange =
  | { readonly kind: 'revoke'; readonly at: number; readonly reason: string }
  | { readonly kind: 'extend'; readonly expiresAt: number }

/** A machine that uses a licence. Times are milliseconds since the epoch. */
export interface SeatRow {
  readonly license: string
  readonly fingerprint: string
  readonly label: string | null
  readonly activatedAt: number
  readonly seenAt: number
  readonly leaseEndsAt: number
}

/** A machine that asks for a seat, or for going on with the one that it has. */
export interface SeatClaim extends Omit<SeatRow, 'activatedAt'> {
  /** Whether a machine without a seat takes a free one; floating seats are taken in any case. */
  readonly takesNew: boolean
  /** For a licence that states no number. */
  readonly seatsMax: number
}

/** What came of it. */
export interface SeatClaimed {
  /** Null where there was none to have. */
  readonly seat: SeatRow | null
  readonly used: number
  /** When an operator took the seat from this machine; null where none did. */
  readonly releasedAt: number | null
}

/** What the registry asks of a database about licences. */
export interface Licenses {
  insertLicense(license: LicenseRow): Promise<void>
  findLicense(id: string): Promise<LicenseRow | null>
  /** Puts a licence back that was lost, or in place of one that is not newer. */
  restoreLicense(license: LicenseRow): Promise<void>
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
  /**
   * Gives a machine a seat, or lets it go on with the one that it has, while the licence is valid and one is left: in one
   * statement, so that of several machines that ask for the last one exactly one has it.
   */
  claimSeat(claim: SeatClaim): Promise<SeatClaimed>
  /**
   * Frees the seat of a machine.
   *
   * @param by `operator` is remembered, so that the machine is told when it asks again.
   * @returns whether there was one, and how many are in use then.
   */
  releaseSeat(
    seat: Pick<SeatRow, 'license' | 'fingerprint'>,
    by: 'machine' | 'operator',
    now: number,
  ): Promise<{ released: boolean; used: number }>
  /** Seats that are in use, by fingerprint. @param after the last one of the page before. */
  listSeats(
    license: string,
    now: number,
    page: { readonly limit: number; readonly after?: string },
  ): Promise<{ seats: SeatRow[]; used: number; next: string | null }>
  /** Other workers of which a published release names one of these archives first; at most 100 archives. */
  findArchiveOwners(
    sha256: readonly Sha256[],
    except: WorkerId,
  ): Promise<{ sha256: Sha256; worker: WorkerId }[]>
}
