import type { FetchBytes } from './fetch-bytes.ts'

/** What a registry answered at one moment, kept elsewhere than at an address of the network. */
export interface RegistryAnswers {
  readonly fetch: typeof fetch
  /** For archives. */
  readonly fetchBytes: FetchBytes
  /**
   * When they were given, in milliseconds since the epoch: what the registry signed had not expired then. Null for answers of
   * this moment.
   */
  readonly asOf: number | null
}
