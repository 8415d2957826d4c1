/** Why a worker may not serve, apart from a clock that was turned back. */
export type LicenseRefusal =
  /** None was handed to it, or it was taken away. */
  | 'no_lease'
  | 'malformed'
  /** No registry signed it that the author trusts. */
  | 'signature'
  | 'other_machine'
  | 'other_worker'
  /** It ended, and so did its grace. */
  | 'expired'

/** What the lease of a worker's licence is worth now. Times are in milliseconds since 1970. */
export type LicenseState =
  /** Good until its lease ends, before which `rbee-hive` fetches a new one. */
  | { readonly name: 'valid'; readonly until: number }
  /** The lease has ended and none was fetched; the worker serves until the grace ends. */
  | { readonly name: 'grace'; readonly until: number }
  | ({ readonly name: 'refused'; readonly reason: LicenseRefusal } & LicenseAdvice)
  /** The clock shows less than it did before, or than it did where the lease was issued. */
  | ({ readonly name: 'clock_back' } & LicenseAdvice)

/** What to tell people: a sentence, and what to do next. */
export interface LicenseAdvice {
  readonly message: string
  readonly next: string
}

/** A state in which a worker serves nobody. */
export type LicenseRefused = Extract<LicenseState, LicenseAdvice>

/** What a guard takes from the program that it guards. */
export interface GuardSources {
  /** The worker's id. */
  readonly worker: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly log: { readonly info: (message: string) => void; readonly warn: (message: string) => void }
}

/** Watches the lease of one running program. */
export interface OpenedGuard {
  /** Looks at the lease as it lies there now: `rbee-hive` writes a new one while the worker runs. Never fails. */
  check(): Promise<LicenseState>
}

/** What an author gives a worker that is sold; see `licenseGuard` of `@rbee/worker-sdk/license`. */
export interface LicenseGuard {
  open(sources: GuardSources): OpenedGuard
}

export function isRefused(state: LicenseState): state is LicenseRefused {
  return state.name === 'refused' || state.name === 'clock_back'
}

/** RFC 3339, in whole seconds. */
export function timeText(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d{3}Z$/, 'Z')
}
