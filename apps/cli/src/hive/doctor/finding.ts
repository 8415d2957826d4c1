/** What one check of `rbee-hive doctor` found. */
export interface DoctorFinding {
  /** What was looked at, such as `home`, `gpu-0` or `worker llm-worker`. */
  readonly check: string
  /** `problem`: something does not work. `warning`: it works, and may not as expected. */
  readonly status: 'ok' | 'warning' | 'problem'
  /** One sentence. */
  readonly message: string
  /** The cure; null where there is nothing to cure, or nobody knows one. */
  readonly next: string | null
}

export function fine(check: string, message: string): DoctorFinding {
  return { check, status: 'ok', message, next: null }
}

export function warning(check: string, message: string, next: string | null): DoctorFinding {
  return { check, status: 'warning', message, next }
}

export function problem(check: string, message: string, next: string | null): DoctorFinding {
  return { check, status: 'problem', message, next }
}
