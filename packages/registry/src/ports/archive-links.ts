import type { Sha256 } from '@rbee/schema'

/** What an address of a store answers beside the bytes. */
export interface ArchiveLinkOptions {
  /** How long requests may begin, in seconds. */
  readonly seconds: number
  /** Under which name a browser saves it; null for the last part of the address. */
  readonly fileName: string | null
}

/**
 * Addresses at which a store hands out a single archive by itself, for a while, to whoever has the address. Only stores with a
 * server of their own have them.
 */
export interface ArchiveLinks {
  /** An address for GET, also of ranges, whether or not the archive is there. It holds no secret but the right to read that archive. */
  linkTo(sha256: Sha256, options: ArchiveLinkOptions): Promise<string>
}
