/**
 * Where signed metadata is fetched from: the registry, or a mirror of it. Nothing that it gives is believed.
 */
export interface MetadataSource {
  /**
   * The bytes of a file, by its name below `/v1/tuf/`; null where the registry answers that there is none.
   *
   * Reads no more than `maxBytes`: fails with `metadata_too_large` (see {@link tooLarge}) at the first byte beyond, whatever
   * the answer states as its length. Other failures are those of the network.
   */
  fetch(name: string, maxBytes: number): Promise<Uint8Array | null>
}

/** What is trusted of one registry, kept between runs: small files by their names. Each is written in one step. */
export interface TrustStore {
  read(name: string): Promise<Uint8Array | null>
  write(name: string, bytes: Uint8Array): Promise<void>
  /** Removing what is not there is no error. */
  remove(name: string): Promise<void>
}

export interface TrustPorts {
  /** Null: nothing is fetched, and what is kept is used although it may have expired. */
  readonly source: MetadataSource | null
  readonly store: TrustStore
  /** Milliseconds since the epoch. */
  readonly clock: () => number
}
