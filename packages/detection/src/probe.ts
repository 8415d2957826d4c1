/** How a command ended. */
export interface CommandAnswer {
  /** Exit status; null when it did not end in time or was ended by a signal. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/**
 * What detection may ask of a machine. No call rejects: what cannot be found out is null. Texts come from programs and
 * files of any origin; the implementation bounds their size and the time it waits, the reader trusts nothing in them.
 */
export interface Probe {
  /** As Node names it: `linux`, `darwin`, `win32`. */
  readonly platform: string
  /** As the kernel names it (`uname -m`): `x86_64`, `aarch64`, `arm64`, `riscv64`. */
  readonly arch: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Processors that the system schedules on, hyper-threads included. */
  readonly logicalProcessors: number | null
  /** Main memory in bytes, as the system reports it outside of any limit. */
  readonly totalMemory: number | null
  /** Runs a program without a shell; null when there is no such program. */
  run(command: string, args: readonly string[]): Promise<CommandAnswer | null>
  /** Null when the file does not exist or may not be read. */
  readFile(path: string): Promise<string | null>
  /** The names in a folder, sorted; null when it does not exist or may not be read. */
  listFolder(path: string): Promise<readonly string[] | null>
  /** Whether this user may read and write a file or device. */
  access(path: string): Promise<'open' | 'denied' | 'missing'>
  /** Bytes that this user can still write to the disk that holds a path, which need not exist yet. */
  diskFree(path: string): Promise<number | null>
}
